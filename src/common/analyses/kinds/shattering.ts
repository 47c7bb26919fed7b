import { z } from 'zod'
import { estimateMemory } from '../../sweep/memory.ts'
import { type AnalysedName, type AnalysisTable, defineAnalysis } from './define-analysis.ts'
import { mostCheckpoints, watchedPassFactor, weightsOf, weightsSchema, withInitial, withoutInitial } from './compared-weights.ts'

const options = z.strictObject({
  lines: z.int().min(1).max(1000).default(8).meta({
    title: 'Lines',
    description: 'pairs of images of different classes; each gives the line between its two images',
  }),
  points: z.int().min(16).max(4096).default(128).meta({
    title: 'Points',
    description: 'images on each line at which the gradient is taken, evenly spaced from the first image to the second',
  }),
  statisticsImages: z.int().min(2).max(4096).default(128).meta({
    title: 'Images for BN',
    description: 'images over which the statistics of BN are taken at initialisation; trained nets have their running statistics',
  }),
  initial: withInitial,
})

const passSchema = z.strictObject({
  weights: weightsSchema,
  /** Of the input gradient along a line, for distances of 0, 1, ... points: mean over the lines; null where a gradient is no number. */
  autocorrelation: z.array(z.number().nullable()),
  /** Standard deviation over the lines. */
  spread: z.array(z.number().nullable()),
})
type ShatteringPass = z.infer<typeof passSchema>

const result = z.strictObject({
  /** Of each line. */
  points: z.int(),
  runs: z.array(z.strictObject({ runId: z.int(), lines: z.int(), passes: z.array(passSchema).min(1) })),
})
type ShatteringResult = z.infer<typeof result>

/**
 * Correlation of input gradients between neighbouring inputs: the autocorrelation function of Balduzzi et al. 2017, The Shattered Gradients
 * Problem, Fig. 1, along lines between two images in place of their one-dimensional grid.
 */
export const shatteringAnalysis = defineAnalysis({
  kind: 'shattering',
  title: 'Shattered gradients',
  words:
    'Autocorrelation of the gradient with respect to the image along lines between two images: how far a gradient is worth anything ' +
    'beside the point where it was taken (Balduzzi et al. 2017, Figure 1).',
  seen: [
    'Each line tells how much gradients of a class’s score have in common at two images that lie so far apart on the line ' +
      'between two others; plain nets are dashed.',
    'Like white noise, a gradient would tell nothing about its neighbourhood, and deep plain nets come near that.',
    'With shortcuts gradients of neighbours stay alike, nearer to brown noise, and steps along them can be larger (Balduzzi et al. 2017).',
  ],
  runs: { min: 1, max: 24 },
  several: { ...mostCheckpoints, options: withoutInitial },
  options,
  result,
  memoryBytes: (networks, { points, statisticsImages }) =>
    Math.max(
      ...networks.map((network) => {
        const batchSize = Math.max(statisticsImages, lineBatch(points))
        return watchedPassFactor * estimateMemory(network, { batchSize, microBatchSize: null, recompute: 'none' }, 0, 'fp32')
      }),
    ),
  work: (networks, { lines, points, statisticsImages, initial }) => {
    const images = lines * points * (initial ? 2 : 1) * 2 + (initial ? statisticsImages : 0)
    return networks.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0) * images
  },
  table: (found, names) => shatteringTable(found, names),
})

/** Points of a line that are computed at once. */
export function lineBatch(points: number): number {
  return Math.min(points, 128)
}

/** How many distances are looked at: half of the line, beyond which few pairs are left. */
export function lagsOf(points: number): number {
  return Math.floor(points / 2)
}

function shatteringTable({ points, runs }: ShatteringResult, names: readonly AnalysedName[]): AnalysisTable {
  const rows = runs.flatMap(({ passes }, index) => {
    const { id, name, epoch } = names[index]!
    return passes.flatMap(({ weights, autocorrelation, spread }) =>
      autocorrelation.map((value, lag) => [
        ...[id, name, weights === 'initial' ? 0 : epoch],
        ...[lag, lag / (points - 1), value, spread[lag] ?? null],
      ]),
    )
  })
  return {
    columns: [
      { name: 'run', title: 'run' },
      { name: 'name', title: 'name' },
      { name: 'epoch', title: 'epoch' },
      { name: 'lag', title: 'points' },
      { name: 'distance', title: 'share of the line', digits: 4 },
      { name: 'autocorrelation', title: 'autocorrelation', digits: 4 },
      { name: 'spread', title: 'std over lines', digits: 3 },
    ],
    rows,
    notes: runs.flatMap(({ passes }, index) => passes.map((pass) => shatteringNote(pass, points, names[index]!))),
  }
}

/**
 * Finds the distance at which the autocorrelation falls to a half, as a share of the line, between two points by the straight line between
 * them; null where it does not, or is no number.
 */
function halfDistance({ autocorrelation }: Pick<ShatteringPass, 'autocorrelation'>, points: number): number | null {
  const lag = autocorrelation.findIndex((value) => value === null || value <= 0.5)
  const [before, after] = [autocorrelation[lag - 1], autocorrelation[lag]]
  if (before === undefined || before === null || after === undefined || after === null) return null
  return (lag - 1 + (before - 0.5) / (before - after)) / (points - 1)
}

function shatteringNote(pass: ShatteringPass, points: number, of: AnalysedName): string {
  const head = `${of.name}, ${weightsOf(pass.weights, of.epoch)}`
  const half = halfDistance(pass, points)
  if (half !== null) return `${head}: half of the autocorrelation is lost after ${(100 * half).toPrecision(3)} % of the line.`
  return pass.autocorrelation.includes(null)
    ? `${head}: some gradient is zero or no number.`
    : `${head}: more than half of the autocorrelation is left in the middle of the line.`
}
