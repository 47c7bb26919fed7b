import type { GridPoint } from '../../src/common/network/architectures/architecture.ts'
import { type NetworkDesign, depthOf, designAt, labelOf } from '../../src/common/network/design.ts'
import type { SettingValues } from '../../src/common/network/settings/setting.ts'
import type { Recipe } from '../../src/common/training/recipe.ts'
import { resolveRecipe } from '../../src/common/training/recipes.ts'
import { shapeClasses } from '../../src/main/data/providers/shapes/shapes-10.ts'

/** One comparison: a network, trained in one way. */
export interface ParityCase {
  readonly title: string
  readonly design: NetworkDesign
  readonly recipe: Recipe
  /** The same in smaller batches, for bf16; null where it is not compared in bf16. */
  readonly forBfloat16: ParityCase | null
}

export const steps = 10
export const inputShape = [32, 32, 3] as const

/** A hundred times the paper's, so that an update without it misses the bar. */
const weightDecay = 0.01
/** The larger, the less chaotic: at 16 and the same rate plain-8 ends twice as far from PyTorch as the bars allow. */
const batchSize = 128
/** Small, because PyTorch emulates bf16 where the processor lacks it; those that end in maps of one pixel need more images for BN. */
const bfloat16BatchSizeOf = ({ architecture }: NetworkDesign): number => (architecture === 'cifar' ? 8 : 32)

type Way = Partial<Pick<Recipe, 'nesterov' | 'labelSmoothing' | 'weightDecayOn' | 'schedule' | 'milestones'>>
type Point = Partial<Omit<GridPoint, 'inputShape' | 'classes'>> & Pick<GridPoint, 'depth'>

/**
 * Low enough that rounding does not grow beyond the bars. Nets that end in maps of one pixel are the most chaotic: at 0.0003 PyTorch's
 * own fp32 ends 65 times the bar of the loss away from its fp64 in plain-18, and at 0.00001 350 times in residual-50.
 */
function learningRateOf(design: NetworkDesign): number {
  if (design.architecture === 'cifar') return depthOf(design) > 8 ? 0.0003 : 0.01
  return depthOf(design) < 50 ? 0.00001 : 0.0000001
}

function compared(architecture: string, { settings = {}, ...point }: Point, way: Way = {}, bfloat16 = true): ParityCase {
  const at = { family: 'residual', shortcut: 'B', classes: shapeClasses.length, inputShape: [...inputShape], settings, ...point } as const
  const design = designAt(architecture, { ...at, inputShape: [...inputShape] })
  const given = {
    learningRate: learningRateOf(design),
    milestones: [],
    batchSize,
    weightDecay,
    cropPadding: 0,
    flip: false,
    iterations: steps,
    ...way,
  }
  const recipe = resolveRecipe('paper-cifar10', { ...given, validationSize: 0 })
  const words = Object.entries(way).map(
    ([field, value]) => (field === 'schedule' || value === true ? '' : `${field} `) + wordFor(field, value),
  )
  const title = [labelOf(design), ...words].join(', ')
  const smaller = { title: `${title}, bf16`, design, recipe: { ...recipe, batchSize: bfloat16BatchSizeOf(design) }, forBfloat16: null }
  return { title, design, recipe, forBfloat16: bfloat16 ? smaller : null }
}

function wordFor(field: string, value: unknown): string {
  return value === true ? field : Array.isArray(value) ? value.join(' and ') : String(value)
}

const cifar = (depth: number, point: Omit<Point, 'depth'>, way?: Way, bfloat16?: boolean) =>
  compared('cifar', { depth, ...point }, way, bfloat16)
const imagenet = (depth: number, point: Omit<Point, 'depth'>, settings: SettingValues = {}, bfloat16?: boolean) =>
  compared('imagenet', { depth, widths: [16, 32, 64, 128], ...point, settings }, {}, bfloat16)
/** Bottlenecks, one a stage. */
const oneEach = { blockKind: 'bottleneck', blocks: [1, 1, 1, 1] } as const
const vgg = (settings: SettingValues = {}) =>
  compared('vgg', { depth: 16, family: 'plain', widths: [16, 32, 32, 64, 64], settings: { headWidth: 64, ...settings } })

/** Deep nets and ways to update are compared in bf16 once each: updates are fp32 whatever the activations are. */
const plainAndEachShortcut = (depth: number, inBfloat16: (shortcut: string) => boolean) => [
  cifar(depth, { family: 'plain' }, {}, inBfloat16('none')),
  ...(['A', 'B', 'C'] as const).map((shortcut) => cifar(depth, { shortcut }, {}, inBfloat16(shortcut))),
]

const networks: readonly ParityCase[] = [
  ...plainAndEachShortcut(8, () => true),
  ...plainAndEachShortcut(20, (shortcut) => shortcut === 'A'),
  cifar(11, { shortcut: 'A', settings: { blockKind: 'bottleneck' } }),
  cifar(8, { shortcut: 'A', settings: { shortcutPadding: 'both' } }),
  cifar(8, { family: 'highway', shortcut: 'A' }),
  cifar(8, { family: 'highway', shortcut: 'B' }),
  cifar(8, { family: 'plain', settings: { normalization: 'none' } }),
  cifar(8, { settings: { normalization: 'none' } }),
  cifar(8, { shortcut: 'A', settings: { activationOrder: 'pre' } }),
  cifar(8, { settings: { activationOrder: 'pre' } }),
  cifar(8, { family: 'highway', settings: { activationOrder: 'pre' } }),
  cifar(8, { shortcut: 'A', settings: { survival: 0.5 } }),
  imagenet(18, { family: 'plain' }),
  ...(['A', 'B', 'C'] as const).map((shortcut) => imagenet(18, { shortcut })),
  imagenet(18, { widths: [64, 128, 256, 512] }, {}, false),
  imagenet(18, {}, { stem: '3x3' }),
  imagenet(18, { family: 'highway' }),
  imagenet(18, {}, { activationOrder: 'pre' }),
  imagenet(18, {}, { normalization: 'none' }),
  imagenet(18, {}, { survival: 0.5 }),
  ...(['A', 'B'] as const).map((shortcut) => imagenet(14, { shortcut }, oneEach)),
  // Where every block grows, C is B.
  imagenet(17, { shortcut: 'C' }, { blockKind: 'bottleneck', blocks: [2, 1, 1, 1] }),
  imagenet(14, {}, { ...oneEach, bottleneckStride: '3x3' }),
  imagenet(14, {}, { ...oneEach, bottleneckStride: '3x3', stem: '3x3' }),
  imagenet(50, {}),
  vgg(),
  vgg({ normalization: 'none' }),
]

/** Each on the shallow residual net alone: it is the update that they change. */
const ways: readonly Way[] = [
  { nesterov: true },
  { labelSmoothing: 0.1 },
  { weightDecayOn: 'weights' },
  { milestones: [0.5, 0.75] },
  { schedule: 'cosine' },
  { schedule: 'one-cycle' },
  { nesterov: true, labelSmoothing: 0.1, weightDecayOn: 'weights', schedule: 'cosine' },
]

export const parityCases: readonly ParityCase[] = [...networks, ...ways.map((way) => cifar(8, {}, way, Object.keys(way).length > 1))]
