import { z } from 'zod'
import { formatBytes } from '../format-bytes.ts'
import { recomputations } from '../network/recomputation.ts'

/** A run that needs more memory than is free, and what would fit. */
export const runTooLargeSchema = z.strictObject({
  /** Name of the run. */
  run: z.string(),
  /** Estimate of its worker's peak. */
  memoryBytes: z.number(),
  /** What is free now, or held by workers of this workspace. */
  freeBytes: z.number(),
  /** Settings of the recipe with which it fits; none where nothing helps. */
  fitting: z.array(
    z.strictObject({
      settings: z.strictObject({ recompute: z.enum(recomputations).optional(), microBatchSize: z.int().optional() }),
      memoryBytes: z.number(),
    }),
  ),
})
export type RunTooLarge = z.infer<typeof runTooLargeSchema>

/**
 * Says that a run needs more memory than is free, and what would fit.
 * @param write how a setting is written where this is read, such as `--set recompute=blocks`
 */
export function tooLargeWords(
  { run, memoryBytes, freeBytes, fitting }: RunTooLarge,
  write: (name: 'recompute' | 'microBatchSize', value: string) => string,
): string {
  const needed =
    `${run} needs about ${formatBytes(memoryBytes)} while it trains, and ${formatBytes(freeBytes)} are free here: ` +
    'the system would end it.'
  const ways = fitting.map(({ settings: { recompute, microBatchSize }, memoryBytes: bytes }) => {
    const settings = [
      ...(recompute === undefined ? [] : [write('recompute', recompute)]),
      ...(microBatchSize === undefined ? [] : [write('microBatchSize', String(microBatchSize))]),
    ]
    return `${settings.join(' and ')} (${formatBytes(bytes)})`
  })
  return ways.length === 0 ? `${needed} Nothing makes it small enough: leave it out.` : `${needed} It fits with ${ways.join(', or with ')}.`
}
