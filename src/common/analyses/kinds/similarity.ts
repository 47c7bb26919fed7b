import { z } from 'zod'
import { estimateEvaluationMemory } from '../../evaluation/memory.ts'
import type { Layer } from '../../network/graph/layer.ts'
import { elements } from '../../network/kinds/shape.ts'
import type { Network } from '../../network/network.ts'
import { type AnalysedName, type AnalysisTable, defineAnalysis } from './define-analysis.ts'
import { leastBatch } from '../similarity/alignment.ts'
import { similarityNotes, similaritySummary } from './similarity-summary.ts'
import { blockRepresentations, layerRepresentations, type Representation } from '../similarity/representations.ts'

/** Most images of a batch: Gram matrices of all layers are in memory at once. */
const mostImagesOfBatch = 250

const options = z.strictObject({
  images: z
    .int()
    .min(leastBatch)
    .max(100_000)
    .default(1000)
    .meta({
      title: 'Images',
      description: `images of the split, the same for both runs, in equal batches of at most ${mostImagesOfBatch}`,
    }),
  outputs: z.enum(['layers', 'blocks']).default('layers').meta({
    title: 'Outputs of',
    description: 'layers: of every weighted layer, behind the BN, addition and ReLU that follow it; blocks: of stem, blocks and classifier',
  }),
})
type SimilarityOptions = z.output<typeof options>

const result = z.strictObject({
  /** That were compared: whole batches. */
  images: z.int(),
  batchSize: z.int(),
  runs: z.array(
    z.strictObject({
      runId: z.int(),
      /** In the order of computation: the weighted layer or the block, and the layer whose output it is. */
      outputs: z.array(z.strictObject({ name: z.string(), from: z.string() })),
    }),
  ),
  /** Of each run with itself; of two runs also of the first, by row, with the second. */
  maps: z.array(
    z.strictObject({
      /** Indices of runs. */
      rows: z.int(),
      columns: z.int(),
      /** Linear CKA, [outputs of `rows`][outputs of `columns`]; null where an output is the same for all images. */
      values: z.array(z.array(z.number().nullable())),
    }),
  ),
})
export type SimilarityResult = z.output<typeof result>

/** Chooses what is compared of a network. */
export function comparedOutputs(layers: readonly Layer[], { outputs }: Pick<SimilarityOptions, 'outputs'>): Representation[] {
  return outputs === 'layers' ? layerRepresentations(layers) : blockRepresentations(layers)
}

/** Shares images out among equal batches. @returns images of a batch, and how many batches */
export function similarityBatches(images: number): { batchSize: number; batches: number } {
  const batches = Math.ceil(images / mostImagesOfBatch)
  return { batchSize: Math.floor(images / batches), batches }
}

/** How alike what layers make of the same images is, for all pairs of layers of one run, or of two. */
export const similarityAnalysis = defineAnalysis({
  kind: 'similarity',
  title: 'Layer similarity',
  words: 'How alike the outputs of any two layers are (linear CKA), of one network or between two.',
  seen: [
    'Each cell compares what two layers make of the same images: 1 where one is the other rotated and scaled, about 0 where ' +
      'they are unrelated.',
    'High values in a square along the diagonal are layers that do nearly the same one after another; white lines part the ' +
      'stages, where maps are halved.',
    'Beside another network, a high value says that both come to the same features at these two depths.',
  ],
  runs: { min: 1, max: 2 },
  options,
  result,
  memoryBytes(networks, asked) {
    const { batchSize } = similarityBatches(asked.images)
    const programs = networks.map((network) => {
      const grams = comparedOutputs(network.layers, asked).length * batchSize ** 2
      // In TensorFlow twice, as fetched, and half of it in double precision.
      return estimateEvaluationMemory([{ network, images: 3 * batchSize }], asked.images) + 16 * grams
    })
    return programs.reduce((sum, bytes) => sum + bytes, 0)
  },
  work: (networks, asked) => networks.reduce((sum, network) => sum + asked.images * (network.multiplyAdds + gramWork(network, asked)), 0),
  table: similarityTable,
  summary: similaritySummary,
})

/** Multiply-adds of the Gram matrices for one image. */
function gramWork({ layers }: Pick<Network, 'layers'>, asked: SimilarityOptions): number {
  const sizes = new Map(layers.map(({ name, outputShape }) => [name, elements(outputShape)]))
  const { batchSize } = similarityBatches(asked.images)
  return batchSize * comparedOutputs(layers, asked).reduce((sum, { from }) => sum + sizes.get(from)!, 0)
}

function similarityTable({ runs, maps, images }: SimilarityResult, names: readonly AnalysedName[]): AnalysisTable {
  const rows = maps.flatMap(({ rows: of, columns: beside, values }) =>
    values.flatMap((row, i) =>
      row.map((value, j) => [
        names[of]!.id,
        names[of]!.name,
        runs[of]!.outputs[i]!.name,
        names[beside]!.id,
        names[beside]!.name,
        runs[beside]!.outputs[j]!.name,
        value,
      ]),
    ),
  )
  return {
    columns: [
      { name: 'run', title: 'run' },
      { name: 'name', title: 'name' },
      { name: 'layer', title: 'layer' },
      { name: 'other_run', title: 'other run' },
      { name: 'other_name', title: 'other name' },
      { name: 'other_layer', title: 'other layer' },
      { name: 'cka', title: 'CKA', digits: 4 },
    ],
    rows,
    notes: similarityNotes({ runs, maps, images }, names),
  }
}
