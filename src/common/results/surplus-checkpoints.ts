/** What is known of a checkpoint file of a run. */
export interface KnownCheckpoint {
  readonly file: string
  /** Validation error (test error without a validation set) at an epoch's end, null in the middle of an epoch. */
  readonly error: number | null
  /** Why it is not used; null for an undamaged one. */
  readonly rejected: string | null
}

/**
 * Divides the checkpoints of a run that is over into those that stay and the surplus. The last stays, from which it could go on; the
 * last of an epoch's end and the one with the lowest error, which are tested (of equal ones the first). Damaged ones are surplus.
 * @param checkpoints newest first
 */
export function surplusCheckpoints<C extends KnownCheckpoint>(checkpoints: readonly C[]): { kept: C[]; surplus: C[] } {
  const valid = checkpoints.filter(({ rejected }) => rejected === null)
  const [last] = valid
  const ofEpochs = valid.filter(({ error }) => error !== null)
  const [lastOfEpoch] = ofEpochs
  const best = ofEpochs.reduce((lowest, each) => (each.error! <= lowest!.error! ? each : lowest), lastOfEpoch)
  const kept = checkpoints.filter((each) => each === last || each === lastOfEpoch || each === best)
  return { kept, surplus: checkpoints.filter((each) => !kept.includes(each)) }
}
