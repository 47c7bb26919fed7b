import type { DatasetManifest } from '../../../../common/data/dataset.ts'
import type { Labels } from '../../../../common/data/labels.ts'
import { splitIndices } from '../../../../common/data/split.ts'
import type { Recipe } from '../../../../common/training/recipe.ts'

/** Which images of the train split a run trains on. */
export interface RunSplit {
  /** Ascending. */
  readonly train: Uint32Array
  /** Held out for validation, ascending; none where the data set has a validation split of its own. */
  readonly heldOut: Uint32Array
  /** Images of the data set's own validation split; 0 without one. */
  readonly ownValidation: number
}

/** Sets validation images apart: the data set's own split of this name, else held out of the training images. @param labels of train */
export function runSplit(
  { splits }: Pick<DatasetManifest, 'splits'>,
  recipe: Pick<Recipe, 'validationSize' | 'splitSeed'>,
  labels: Labels,
): RunSplit {
  const ownValidation = splits.validation?.count ?? 0
  const { train, validation } = splitIndices(labels.length, ownValidation ? 0 : recipe.validationSize, recipe.splitSeed, labels)
  return { train, heldOut: validation, ownValidation }
}
