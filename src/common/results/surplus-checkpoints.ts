import type { Recipe } from '../training/recipe.ts'

/** What is known of a checkpoint file of a run. */
export interface KnownCheckpoint {
  readonly file: string
  readonly epoch: number
  /** Validation error (test error without a validation set) at an epoch's end, null in the middle of an epoch. */
  readonly error: number | null
  /** Why it is not used; null for an undamaged one. */
  readonly rejected: string | null
}

/** Tells whether the checkpoint of an epoch's end is one of those that a recipe keeps for good. */
export function isKeptForGood(epoch: number, { keepCheckpointEvery }: Pick<Recipe, 'keepCheckpointEvery'>): boolean {
  return keepCheckpointEvery > 0 && epoch > 0 && epoch % keepCheckpointEvery === 0
}

/**
 * Finds the last checkpoint of an epoch's end and the one with the lowest error, which are tested; of equal ones the first is the best.
 * @param checkpoints undamaged ones, newest first
 */
export function lastAndBest<C extends Pick<KnownCheckpoint, 'error'>>(
  checkpoints: readonly C[],
): { last: C | undefined; best: C | undefined } {
  const ofEpochs = checkpoints.filter(({ error }) => error !== null)
  const [last] = ofEpochs
  return { last, best: ofEpochs.reduce((lowest, each) => (each.error! <= lowest!.error! ? each : lowest), last) }
}

/**
 * Divides the checkpoints of a run that is over into those that stay and the surplus. The last stays, from which it could go on; the
 * last of an epoch's end and the best, which are tested; and those that its recipe keeps for good. Damaged ones are surplus.
 * @param checkpoints newest first
 */
export function surplusCheckpoints<C extends KnownCheckpoint>(
  checkpoints: readonly C[],
  recipe: Pick<Recipe, 'keepCheckpointEvery'>,
): { kept: C[]; surplus: C[] } {
  const valid = checkpoints.filter(({ rejected }) => rejected === null)
  const { last, best } = lastAndBest(valid)
  const stays = (each: C) =>
    each === valid[0] ||
    each === last ||
    each === best ||
    (each.rejected === null && each.error !== null && isKeptForGood(each.epoch, recipe))
  const kept = checkpoints.filter(stays)
  return { kept, surplus: checkpoints.filter((each) => !kept.includes(each)) }
}
