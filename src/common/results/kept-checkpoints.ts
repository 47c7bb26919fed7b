import { z } from 'zod'
import type { Recipe } from '../training/recipe.ts'
import { isKeptForGood, lastAndBest } from './surplus-checkpoints.ts'

/** An undamaged checkpoint that a run has. */
export const keptCheckpointSchema = z.strictObject({
  /** Epochs finished. */
  epoch: z.int().min(0),
  step: z.int().min(0),
  bytes: z.int(),
  /** Validation error (test error without a validation set) at the epoch's end; null in the middle of an epoch, and of imported weights. */
  error: z.number().nullable(),
  /** Whether it is the newest of an epoch's end, or all that there is. */
  isLast: z.boolean(),
  /** Whether it has the lowest error; of equal ones the first. */
  isBest: z.boolean(),
  /** Whether its recipe keeps it for good. */
  isForGood: z.boolean(),
})
export type KeptCheckpoint = z.infer<typeof keptCheckpointSchema>

interface KnownRecord {
  readonly epoch: number
  readonly step: number
  readonly bytes: number
  readonly error: number | null
}

/**
 * Tells of each checkpoint what it is. @param checkpoints undamaged ones, newest first @returns the oldest first
 */
export function keptCheckpoints(checkpoints: readonly KnownRecord[], recipe: Pick<Recipe, 'keepCheckpointEvery'>): KeptCheckpoint[] {
  const { last = checkpoints[0], best } = lastAndBest(checkpoints)
  return checkpoints.toReversed().map((each): KeptCheckpoint => {
    const { epoch, step, bytes, error } = each
    const isForGood = error !== null && isKeptForGood(epoch, recipe)
    return { epoch, step, bytes, error, isLast: each === last, isBest: each === best, isForGood }
  })
}

/** Epochs at whose end a run has a checkpoint, ascending. */
export function keptEpochs(checkpoints: readonly Pick<KeptCheckpoint, 'epoch' | 'error'>[]): number[] {
  return [...new Set(checkpoints.filter(({ error }) => error !== null).map(({ epoch }) => epoch))].sort((a, b) => a - b)
}

/** "last, best", "kept for good", "within epoch 4". */
export function checkpointWords({ epoch, error, isLast, isBest, isForGood }: KeptCheckpoint): string {
  const what = [...(isLast ? ['last'] : []), ...(isBest ? ['best'] : []), ...(isForGood ? ['kept for good'] : [])]
  if (what.length > 0) return what.join(', ')
  return error === null ? `within epoch ${epoch + 1}` : 'to go on from'
}
