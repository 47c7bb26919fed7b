import { z } from 'zod'
import { precisionSchema } from '../../device.ts'
import { estimateEvaluationMemory } from '../../evaluation/memory.ts'
import { elements } from '../../network/kinds/shape.ts'
import { significant } from '../../significant.ts'
import { type AnalysedName, type AnalysisTable, defineAnalysis } from './define-analysis.ts'

/** Images that are computed at once. */
export const surfaceBatch = 100

const options = z.strictObject({
  shape: z.enum(['plane', 'line']).default('plane').meta({
    title: 'Along',
    description: 'plane: two random directions; line: the first of them alone',
  }),
  resolution: z
    .int()
    .min(3)
    .max(201)
    .refine((points) => points % 2 === 1, 'expected an odd number, so that the network itself is one of the points')
    .default(25)
    .meta({ title: 'Points', description: 'along each direction; odd, so that the network itself is one of them' }),
  range: z.number().min(0.001).max(10).default(1).meta({
    title: 'Range',
    description: 'the longest step along a direction; at 1 each filter has moved by its own norm',
  }),
  seed: z.int().min(0).max(0x7fffffff).default(1).meta({ title: 'Seed', description: 'of the directions' }),
  images: z.int().min(1).max(100_000).default(1000).meta({ title: 'Images', description: 'images of the split, the same for all runs' }),
})
export type SurfaceOptions = z.output<typeof options>

/** [rows][columns], the lowest row first; one row along a line. null is no number: the loss was infinite. */
const values = z.array(z.array(z.number().nullable()))

const result = z.strictObject({
  /** Steps along each direction, ascending; the middle one is 0. */
  steps: z.array(z.number()),
  images: z.int(),
  runs: z.array(
    z.strictObject({
      runId: z.int(),
      /** In which the network was computed. */
      precision: precisionSchema,
      /** Largest difference that bf16 made at a few points, as a share of the loss; null where it was not tried. */
      bf16Difference: z.number().nullable(),
      /** Of the angle between the two directions; null along a line. */
      cosine: z.number().nullable(),
      /** Mean cross-entropy in nats. */
      loss: values,
      /** Share of the images that are classified wrongly. */
      error: values,
    }),
  ),
})
export type SurfaceResult = z.output<typeof result>

/** Nats above the loss of the network itself, below which a point counts as near it. */
export const nearLoss = 1

/** Loss and error around a network, along random directions that are normalized filter by filter. */
export const lossSurfaceAnalysis = defineAnalysis({
  kind: 'loss-surface',
  title: 'Loss surface',
  words: 'Loss and error around each network along random filter-normalized directions (Li et al. 2018).',
  seen: [
    'Each network stands in the middle; away from it all filters move along random directions, each by the norm of the ' +
      'network’s own filter.',
    'Colours, contours and lines tell loss or error there, with one scale for all networks, so that they can be compared.',
    'Li et al. (2018) found wide and even basins around nets that train well, and rugged ground around deep nets without shortcuts.',
  ],
  runs: { min: 1, max: 12 },
  options,
  result,
  memoryBytes(networks, { images }) {
    const ofOne = networks.map((network) => {
      const pixels = images * elements(network.design.inputShape)
      // Two directions, and the weights that are moved, as named arrays and joined.
      return estimateEvaluationMemory([{ network, images: surfaceBatch }], images) + pixels + 16 * network.parameterCount
    })
    return Math.max(...ofOne)
  },
  work: (networks, { images, ...asked }) => networks.reduce((sum, { multiplyAdds }) => sum + images * pointCount(asked) * multiplyAdds, 0),
  table: surfaceTable,
})

/** How many points are computed of each run. */
function pointCount({ shape, resolution }: Pick<SurfaceOptions, 'shape' | 'resolution'>): number {
  return shape === 'plane' ? resolution ** 2 : resolution
}

function surfaceTable({ steps, images, runs }: SurfaceResult, names: readonly AnalysedName[]): AnalysisTable {
  const rows = runs.flatMap(({ loss, error, cosine }, index) => {
    const { id, name, epoch } = names[index]!
    return loss.flatMap((row, up) =>
      row.map((value, along) => [id, name, epoch, steps[along]!, cosine === null ? null : steps[up]!, value, error[up]![along]!]),
    )
  })
  return {
    columns: [
      { name: 'run', title: 'run' },
      { name: 'name', title: 'name' },
      { name: 'epoch', title: 'epoch' },
      { name: 'x', title: 'x', digits: 4 },
      { name: 'y', title: 'y', digits: 4 },
      { name: 'loss', title: 'loss', digits: 4 },
      { name: 'error', title: 'error', digits: 4 },
    ],
    rows,
    notes: [
      ...runs.map((run, index) => surfaceNote(run, names[index]!)),
      `Over ${images.toLocaleString('en')} images; directions are normalized filter by filter, biases and BN stay as they are.`,
    ],
  }
}

/** What a surface comes to in a few numbers. */
export interface SurfaceSummary {
  /** Of the network itself. */
  readonly loss: number | null
  readonly error: number | null
  /** Share of all points whose loss is at most {@link nearLoss} above it. */
  readonly near: number | null
  readonly highest: number | null
}

export function summarizeSurface({ loss, error }: Pick<SurfaceResult['runs'][number], 'loss' | 'error'>): SurfaceSummary {
  const [row, column] = [(loss.length - 1) / 2, (loss[0]!.length - 1) / 2]
  const own = loss[row]![column]!
  const all = loss.flat()
  const known = all.filter((value) => value !== null)
  return {
    loss: own,
    error: error[row]![column]!,
    near: own === null ? null : known.filter((value) => value <= own + nearLoss).length / all.length,
    highest: known.length < all.length || known.length === 0 ? null : Math.max(...known),
  }
}

function surfaceNote(run: SurfaceResult['runs'][number], { name }: AnalysedName): string {
  const { loss, error, near, highest } = summarizeSurface(run)
  if (loss === null || error === null || near === null) return `${name}: the network itself has no finite loss.`
  const bf16 =
    run.bf16Difference === null
      ? ''
      : `; computed in ${run.precision}, bf16 moves the loss by up to ${(100 * run.bf16Difference).toFixed(2)} %`
  return (
    `${name}: loss ${significant(loss, 4)} and error ${(100 * error).toFixed(2)} % at the network itself, ` +
    `${(100 * near).toFixed(1)} % of the points within ${nearLoss} nat of it, ` +
    `the highest loss ${highest === null ? 'infinite' : significant(highest, 3)}${bf16}.`
  )
}
