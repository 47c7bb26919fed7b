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

type Fitting = RunTooLarge['fitting'][number]
type Write = (name: keyof Fitting['settings'], value: string) => string

/**
 * Says that a run needs more memory than is free, and what would fit.
 * @param write how a setting is written where this is read, such as `--set recompute=blocks`
 */
export function tooLargeWords(large: RunTooLarge, write: Write): string {
  const ways = large.fitting.map((fitting) => fittingWords(fitting, write))
  return [neededWords(large), ...(ways.length === 0 ? [] : [`It fits with ${ways.join(', or with ')}.`])].join(' ')
}

/** Says what a run needs and what is free; where nothing helps, that too. */
export function neededWords({ run, memoryBytes, freeBytes, fitting }: RunTooLarge): string {
  return (
    `${run} needs about ${formatBytes(memoryBytes)} while it trains, and ${formatBytes(freeBytes)} are free here: ` +
    `the system would end it.${fitting.length === 0 ? ' Nothing makes it small enough: leave it out.' : ''}`
  )
}

/** "--set recompute=blocks and --set microBatchSize=64 (2.2 GB)". */
export function fittingWords({ settings: { recompute, microBatchSize }, memoryBytes }: Fitting, write: Write): string {
  const settings = [
    ...(recompute === undefined ? [] : [write('recompute', recompute)]),
    ...(microBatchSize === undefined ? [] : [write('microBatchSize', String(microBatchSize))]),
  ]
  return `${settings.join(' and ')} (${formatBytes(memoryBytes)})`
}
