/** What is known of a checkpoint file of a run. */
export interface KnownCheckpoint {
  readonly file: string
  /** Validation error (test error without a validation set) at an epoch's end, null in the middle of an epoch. */
  readonly error: number | null
  /** Why it is not used; null for an undamaged one. */
  readonly rejected: string | null
}

/**
 * Divides the checkpoints of a run that is over into those that stay (the last, and the one with the lowest error; of equal ones the
 * first, as the worker takes it) and the surplus. Damaged ones are surplus.
 * @param checkpoints newest first
 */
export function surplusCheckpoints<C extends KnownCheckpoint>(checkpoints: readonly C[]): { kept: C[]; surplus: C[] } {
  const valid = checkpoints.filter(({ rejected }) => rejected === null)
  const [last] = valid
  let best: C | undefined
  for (const each of valid) if (each.error !== null && (best?.error == null || each.error <= best.error)) best = each
  const kept = checkpoints.filter((each) => each === last || each === best)
  return { kept, surplus: checkpoints.filter((each) => !kept.includes(each)) }
}
