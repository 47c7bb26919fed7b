import { readFileSync } from 'node:fs'
import { SkiplabError } from '../../../common/failure.ts'
import { messageOf } from '../../../common/caught.ts'
import { trainingPositionSchema } from './checkpoint.ts'
import { decodeTensorFile } from './safetensors.ts'

/**
 * Reads what a checkpoint holds of a network: weights and statistics of BN by name, and whatever else is there.
 * @throws SkiplabError bad-input saying what is wrong with the file, or that it is another run's
 */
export function readTestedWeights(path: string, settingsHash: string): ReadonlyMap<string, Float32Array> {
  try {
    const { tensors, metadata } = decodeTensorFile(readFileSync(path))
    // Weights that were not trained here stand at no position.
    const position = metadata.position === undefined ? null : trainingPositionSchema.parse(JSON.parse(metadata.position))
    if (position && position.settingsHash !== settingsHash) throw new Error('it belongs to a run with other settings')
    const infinite = [...tensors].find(([, { values }]) => !values.every(Number.isFinite))
    if (infinite) throw new Error(`${infinite[0]} holds values that are not finite`)
    return new Map([...tensors].map(([name, { values }]) => [name, values]))
  } catch (error) {
    throw new SkiplabError('bad-input', `The checkpoint ${path} cannot be tested: ${messageOf(error)}.`)
  }
}
