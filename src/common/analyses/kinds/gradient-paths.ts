import { z } from 'zod'
import { significant } from '../../significant.ts'
import { effectivePaths, normFactor } from '../../lesions/path-shares.ts'
import { estimateMemory } from '../../sweep/memory.ts'
import type { Network } from '../../network/network.ts'
import { mostCheckpoints } from './compared-weights.ts'
import { type AnalysedName, type AnalysisTable, defineAnalysis } from './define-analysis.ts'

const options = z.strictObject({
  images: z.int().min(1).max(100_000).default(1000).meta({
    title: 'Images',
    description: 'images of the split that losses are taken of: the same for all runs of a data set; all where it has fewer',
  }),
  samples: z.int().min(1).max(10_000).default(100).meta({
    title: 'Paths of each length',
    description: 'random paths of each length, each with an image of its own; Veit et al. took 1,000',
  }),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(0)
    .meta({ title: 'Seed', description: 'of the random paths' }),
})

const lengthSchema = z.strictObject({
  /** Blocks whose F(x) a path goes through. */
  length: z.int(),
  /** L2 norm of the gradient at the normalized image through one path: mean and standard deviation over the samples. */
  norm: z.number(),
  std: z.number().nullable(),
  /** log10 of the number of such paths. */
  logPaths: z.number(),
  /** Of the gradient: number of paths times norm, over the sum of that. */
  share: z.number(),
})

const runSchema = z.strictObject({
  runId: z.int(),
  images: z.int(),
  /** Mean L2 norm of the whole gradient, which all paths together have. */
  wholeNorm: z.number(),
  /** From 0 to the number of blocks. */
  lengths: z.array(lengthSchema),
})
export type PathsOfRun = z.infer<typeof runSchema>

const result = z.strictObject({ runs: z.array(runSchema) })

/** Images of a batch: each has a path of its own. */
export const pathBatch = 50

/** Share of the gradient by path length (Veit et al. 2016, section 4.3). */
export const gradientPathsAnalysis = defineAnalysis({
  kind: 'gradient-paths',
  title: 'Gradient by path length',
  words:
    'How much of the gradient at the image comes through paths of each length, where a path goes through F(x) of some blocks and past ' +
    'the others (Veit et al. 2016).',
  seen: [
    'A path goes through F(x) of some blocks, which are its length, and past the others: the pictures tell how many paths of ' +
      'each length there are, what gradient comes through one, and their product.',
    'Most paths are half as long as the net, but each block on the way can shrink a path’s gradient.',
    'Where it does, what trains a deep net comes through short paths (Veit et al. 2016, Fig. 6).',
  ],
  runs: { min: 1, max: 12 },
  several: mostCheckpoints,
  options,
  result,
  memoryBytes: (networks) =>
    Math.max(
      ...networks.map((network) => estimateMemory(network, { batchSize: pathBatch, microBatchSize: null, recompute: 'none' }, 0, 'fp32')),
    ),
  work: (networks, { samples }) =>
    networks.reduce((sum, network) => sum + 3 * samples * (additionsOf(network) + 1) * network.multiplyAdds, 0),
  problem(networks) {
    const without = networks.find((network) => additionsOf(network) === 0)
    return without ? `Only residual nets have paths of several lengths; ${without.name} has no block with an addition.` : null
  },
  table: ({ runs }, names) => pathsTable(runs, names),
})

/** Blocks of a residual net. */
export function additionsOf({ layers }: Pick<Network, 'layers'>): number {
  return layers.filter(({ kind }) => kind === 'addition').length
}

function pathsTable(runs: readonly PathsOfRun[], names: readonly AnalysedName[]): AnalysisTable {
  return {
    columns: [
      { name: 'run', title: 'run' },
      { name: 'name', title: 'name' },
      { name: 'epoch', title: 'epoch' },
      { name: 'length', title: 'length' },
      { name: 'norm', title: 'norm of one path', digits: 4 },
      { name: 'std', title: 'std', digits: 3 },
      { name: 'log10_paths', title: 'log10(paths)', digits: 4 },
      { name: 'share', title: 'share of gradient', digits: 4 },
    ],
    rows: runs.flatMap(({ lengths }, index) => {
      const { id, name, epoch } = names[index]!
      return lengths.map(({ length, norm, std, logPaths, share }) => [id, name, epoch, length, norm, std, logPaths, share])
    }),
    notes: runs.flatMap((run, index) => effectiveWords(run, names[index]!) ?? []),
  }
}

/** "Run 3, residual-20 A: paths of 2 to 6 blocks carry 95.8 % of the gradient …" */
export function effectiveWords({ lengths }: PathsOfRun, { id, label }: Pick<AnalysedName, 'id' | 'label'>): string | null {
  const effective = effectivePaths(lengths)
  if (!effective) return null
  const { from, to, share, ofPaths } = effective
  const range = from === to ? String(from) : `${from} to ${to}`
  const factor = normFactor(lengths)
  return (
    `Run ${id}, ${label}: paths through ${range} of ${lengths.length - 1} blocks carry ${(100 * share).toFixed(1)} % of the gradient ` +
    `and are ${Number((100 * ofPaths).toPrecision(2))} % of all paths` +
    (factor === null ? '.' : `; with each block the gradient of a path changes by the factor ${significant(factor, 2)}.`)
  )
}
