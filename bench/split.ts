/**
 * Prints the training and validation indices that Skiplab uses for a data set, for `peer/train.py --split`:
 * node bench/split.ts DATASET_FOLDER [VALIDATION_SIZE] [SPLIT_SEED] > split.json
 */
import { splitIndices } from '../src/common/data/split.ts'
import { resolveRecipe } from '../src/common/training/recipes.ts'
import { readManifest, readSplit } from '../src/main/data/stored/dataset-folder.ts'

const recipe = resolveRecipe('paper-cifar10')
const [folder, validationSize = recipe.validationSize, splitSeed = recipe.splitSeed] = process.argv.slice(2)
if (!folder) throw new Error('Expected the folder of a data set, the one with manifest.json.')
const { labels } = await readSplit(folder, await readManifest(folder), 'train')
const { train, validation } = splitIndices(labels.length, Number(validationSize), Number(splitSeed), labels)
process.stdout.write(`${JSON.stringify({ train: [...train], validation: [...validation] })}\n`)
