import { z } from 'zod'
import { estimateEvaluationMemory } from '../../evaluation/memory.ts'
import { elements } from '../../network/kinds/shape.ts'
import { significant } from '../../significant.ts'
import { estimateMemory } from '../../sweep/memory.ts'
import { mostCheckpoints } from './compared-weights.ts'
import { type AnalysedName, type AnalysisTable, defineAnalysis } from './define-analysis.ts'

const options = z.strictObject({
  images: z.int().min(1).max(100_000).default(1000).meta({
    title: 'Images',
    description: 'images of the split that are looked at: the same for all runs of a data set, drawn once; whole batches of them',
  }),
  statistics: z.enum(['running', 'batch']).default('running').meta({
    title: 'BN normalises by',
    description: 'running: the statistics that every test takes; batch: those of each batch, as in training',
  }),
  gradients: z.boolean().default(true).meta({
    title: 'Gradients',
    description: 'whether the loss’s gradient is taken, too, which is as much work as training on these images',
  }),
  batchSize: z.int().min(1).max(10_000).default(100).meta({
    title: 'Batch size',
    description: 'images over which batch statistics and each gradient are taken',
  }),
})

const measure = z.number().nullable()

const layerSchema = z.strictObject({
  /** A convolution or fully connected layer. */
  layer: z.string(),
  /**
   * Mean and standard deviation of all values of the layer's response: behind its BN, before ReLU and addition (the paper's Fig. 7); null
   * for gates, projections and the classifier.
   */
  mean: measure,
  std: measure,
  /** L2 norm of the layer's weights, without biases and BN. */
  weightNorm: z.number(),
  /** Mean over the batches of the L2 norm of the mean loss's gradient for these weights; BN normalises by the batch. Null: not asked. */
  gradientNorm: measure,
})

const reluSchema = z.strictObject({
  /** The ReLU layer. */
  layer: z.string(),
  channels: z.int(),
  /** Share of its channels that are 0 everywhere in all images. */
  dead: z.number(),
  /** Share of its values that are 0. */
  zeros: z.number(),
})

const blockSchema = z.strictObject({
  /** "stage2.block1" */
  block: z.string(),
  /** Root mean square over the images of the L2 norm of F(x), what the block's layers add, and of what they add it to. */
  branchNorm: z.number(),
  shortcutNorm: z.number(),
})

const result = z.strictObject({
  runs: z.array(
    z.strictObject({
      runId: z.int(),
      /** That were looked at. */
      images: z.int(),
      layers: z.array(layerSchema),
      relus: z.array(reluSchema),
      /** None in plain nets. */
      blocks: z.array(blockSchema),
    }),
  ),
})
export type LayersResult = z.infer<typeof result>

/** Mean and std of each layer's response, dead ReLUs, norms of weights and gradients, and the size of F(x) beside x in each block. */
export const layersAnalysis = defineAnalysis({
  kind: 'layers',
  title: 'Layer responses',
  words:
    'Standard deviation and mean of each layer’s response (the paper’s Figure 7), dead ReLUs, norms of weights and gradients, ' +
    'and the size of F(x) beside x in each block.',
  seen: [
    'Each line is a network and each point one of its layers, above in the network’s order and below sorted by size.',
    'In the paper’s Figure 7 responses of residual nets spread less than those of plain nets, and the less the deeper the net is.',
    'In a residual net a small response means that a layer changes little of the signal: its blocks stay near the identity.',
  ],
  runs: { min: 1, max: 24 },
  several: mostCheckpoints,
  options,
  result,
  memoryBytes(networks, { images, gradients, batchSize }) {
    const ofOne = networks.map((network) => {
      const pixels = images * elements(network.design.inputShape)
      const scored = estimateEvaluationMemory([{ network, images: batchSize }], images)
      const step = estimateMemory(network, { batchSize, microBatchSize: null, recompute: 'none' }, pixels, 'fp32')
      return Math.max(scored + pixels, gradients ? step : 0)
    })
    return Math.max(...ofOne)
  },
  work: (networks, { images, gradients }) =>
    networks.reduce((sum, { multiplyAdds }) => sum + images * multiplyAdds * (gradients ? 4 : 1), 0),
  table: ({ runs }, names) => layersTable(runs, names),
})

function layersTable(runs: LayersResult['runs'], names: readonly AnalysedName[]): AnalysisTable {
  const rows = runs.flatMap((run, index) => {
    const { id, name, epoch } = names[index]!
    const head = [id, name, epoch]
    return [
      ...run.layers.map((each) => [...head, each.layer, each.std, each.mean, each.weightNorm, each.gradientNorm, null, null, null, null]),
      ...run.relus.map((each) => [...head, each.layer, null, null, null, null, each.dead, each.zeros, null, null]),
      ...run.blocks.map((each) => [...head, each.block, null, null, null, null, null, null, each.branchNorm, each.shortcutNorm]),
    ]
  })
  return {
    columns: [
      { name: 'run', title: 'run' },
      { name: 'name', title: 'name' },
      { name: 'epoch', title: 'epoch' },
      { name: 'layer', title: 'layer' },
      { name: 'std', title: 'std', digits: 4 },
      { name: 'mean', title: 'mean', digits: 4 },
      { name: 'weight_norm', title: '‖w‖', digits: 4 },
      { name: 'gradient_norm', title: '‖∂L/∂w‖', digits: 4 },
      { name: 'dead_share', title: 'dead', digits: 3 },
      { name: 'zero_share', title: 'zeros', digits: 3 },
      { name: 'branch_norm', title: '‖F(x)‖', digits: 4 },
      { name: 'shortcut_norm', title: '‖x‖', digits: 4 },
    ],
    rows,
    notes: runs.map((run, index) => layersNote(run, names[index]!)),
  }
}

/** "residual-20 A: mean std 0.41, 3 of 304 channels dead, ‖F(x)‖/‖x‖ 0.62 to 1.40." */
function layersNote({ layers, relus, blocks }: LayersResult['runs'][number], { label }: AnalysedName): string {
  const stds = layers.flatMap(({ std }) => std ?? [])
  const channels = relus.reduce((sum, each) => sum + each.channels, 0)
  const dead = relus.reduce((sum, each) => sum + Math.round(each.dead * each.channels), 0)
  const ratios = blocks.map(({ branchNorm, shortcutNorm }) => branchNorm / shortcutNorm)
  const parts = [
    ...(stds.length > 0 ? [`mean std ${significant(stds.reduce((sum, std) => sum + std, 0) / stds.length, 3)}`] : []),
    ...(channels > 0 ? [`${dead} of ${channels} channels dead`] : []),
    ...(ratios.length > 0 ? [`‖F(x)‖/‖x‖ ${significant(Math.min(...ratios), 3)} to ${significant(Math.max(...ratios), 3)}`] : []),
  ]
  return `${label}: ${parts.join(', ')}.`
}
