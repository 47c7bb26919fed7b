import { z } from 'zod'
import { significant } from '../../significant.ts'
import { estimateMemory } from '../../sweep/memory.ts'
import { type AnalysedName, type AnalysisTable, defineAnalysis } from './define-analysis.ts'
import { mostCheckpoints, watchedPassFactor, weightsOf, weightsSchema, withInitial, withoutInitial } from './compared-weights.ts'

const options = z.strictObject({
  batches: z.int().min(1).max(1000).default(4).meta({
    title: 'Batches',
    description: 'batches of images over which norms are averaged as root mean squares',
  }),
  batchSize: z.int().min(2).max(1024).default(64).meta({
    title: 'Batch size',
    description: 'images of a batch; BN normalises by the batch, as in a training step',
  }),
  initial: withInitial,
})

const measure = z.number().nullable()

const layerSchema = z.strictObject({
  /** A weighted layer of the main path. */
  layer: z.string(),
  /** Weighted layers up to it. */
  depth: z.int(),
  /** Standard deviation of its response: behind its BN, before ReLU and addition. */
  std: measure,
  /** Root mean square over images of the norm of one image's loss gradient with respect to its response. */
  gradientNorm: measure,
  /** Norms of its weights, and of the mean loss's gradient with respect to them. */
  weightNorm: measure,
  weightGradientNorm: measure,
})

const blockSchema = z.strictObject({
  /** "stage2.block1" */
  block: z.string(),
  depth: z.int(),
  /** Of what the block hands on. */
  std: measure,
  gradientNorm: measure,
})

const passSchema = z.strictObject({
  weights: weightsSchema,
  /** Mean cross-entropy of the batches, in nats. */
  loss: measure,
  layers: z.array(layerSchema),
  blocks: z.array(blockSchema),
})
type GradientPass = z.infer<typeof passSchema>

const result = z.strictObject({
  runs: z.array(z.strictObject({ runId: z.int(), images: z.int(), passes: z.array(passSchema).min(1) })),
})
type GradientsResult = z.infer<typeof result>

/** Norms of the loss's gradient by depth, before and after training. */
export const gradientsAnalysis = defineAnalysis({
  kind: 'gradients',
  title: 'Gradients by depth',
  words:
    'Norm of the loss’s gradient with respect to each layer’s response, each block’s output and each layer’s weights, at initialisation ' +
    'and after training.',
  seen: [
    'Each line follows the gradient of the loss through a network, at initialisation and after training; plain nets are dashed.',
    'In a plain net it can change by a factor at every layer, over many layers by orders of magnitude, and no one learning rate ' +
      'suits them all.',
    'A shortcut hands the gradient on as it is, so that the layers of a residual net stay near each other.',
  ],
  runs: { min: 1, max: 24 },
  several: { ...mostCheckpoints, options: withoutInitial },
  options,
  result,
  memoryBytes: (networks, { batchSize }) =>
    Math.max(
      ...networks.map(
        (network) => watchedPassFactor * estimateMemory(network, { batchSize, microBatchSize: null, recompute: 'none' }, 0, 'fp32'),
      ),
    ),
  work: (networks, { batches, batchSize, initial }) =>
    networks.reduce((sum, { multiplyAdds }) => sum + 3 * multiplyAdds, 0) * batches * batchSize * (initial ? 2 : 1),
  table: ({ runs }, names) => gradientsTable(runs, names),
})

function gradientsTable(runs: GradientsResult['runs'], names: readonly AnalysedName[]): AnalysisTable {
  const rows = runs.flatMap(({ passes }, index) => {
    const { id, name, epoch } = names[index]!
    return passes.flatMap(({ weights, layers, blocks }) => {
      const head = [id, name, weights === 'initial' ? 0 : epoch]
      return [
        ...layers.map((of) => [...head, of.layer, of.depth, of.std, of.gradientNorm, of.weightNorm, of.weightGradientNorm]),
        ...blocks.map((of) => [...head, of.block, of.depth, of.std, of.gradientNorm, null, null]),
      ]
    })
  })
  return {
    columns: [
      { name: 'run', title: 'run' },
      { name: 'name', title: 'name' },
      { name: 'epoch', title: 'epoch' },
      { name: 'layer', title: 'layer or block' },
      { name: 'depth', title: 'depth' },
      { name: 'std', title: 'std', digits: 4 },
      { name: 'gradient_norm', title: '‖∂L/∂y‖', digits: 4 },
      { name: 'weight_norm', title: '‖w‖', digits: 4 },
      { name: 'weight_gradient_norm', title: '‖∂L/∂w‖', digits: 4 },
    ],
    rows,
    notes: runs.flatMap(({ passes }, index) => passes.map((pass) => gradientNote(pass, names[index]!))),
  }
}

/**
 * How the gradient changes from the last layer before the classifier back to the first: as a factor, and a layer. Null where a norm is
 * zero or no number.
 */
function backwardGrowth({ layers }: Pick<GradientPass, 'layers'>): { readonly whole: number; readonly perLayer: number } | null {
  const [first, last] = [layers[0]?.gradientNorm, layers.at(-2)?.gradientNorm]
  if (!first || !last || layers.length < 3) return null
  const whole = first / last
  return { whole, perLayer: whole ** (1 / (layers.length - 2)) }
}

/** "plain-56, as drawn: from the last convolution back to the first the gradient grows 340 times, by a factor of 1.11 a layer." */
function gradientNote(pass: GradientPass, of: AnalysedName): string {
  const head = `${of.name}, ${weightsOf(pass.weights, of.epoch)}`
  const growth = backwardGrowth(pass)
  if (!growth) return `${head}: some gradient is zero or no number.`
  const [whole, perLayer] = [growth.whole, growth.perLayer].map((factor) => significant(factor, 3))
  return `${head}: from the last convolution back to the first the gradient changes by a factor of ${whole}, ${perLayer} a layer.`
}
