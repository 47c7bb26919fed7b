import { blocks as blockDefinitions } from '../../network/blocks/stages.ts'
import type { GridPoint } from '../../network/architectures/architecture.ts'
import type { FileArray } from './file-arrays.ts'
import { recognizeVgg } from './recognize-vgg.ts'
import { type FileLayers, layersOf } from './file-layers.ts'
import { type Stage, stagesOf } from './file-stages.ts'

/** A network as a sweep would name it. */
export interface RecognizedNetwork extends GridPoint {
  readonly architecture: string
}

/** What names and shapes tell of a network. */
export interface Recognition {
  /** Null where they tell none that Skiplab can lay out. */
  readonly network: RecognizedNetwork | null
  /** What cannot be seen and how it was taken, or why nothing was recognised: whole sentences. */
  readonly notes: readonly string[]
}

/**
 * Recognises a network from the names and shapes of its arrays: architecture, depth, widths, kind of block, shortcut, family, BN, classes.
 * What cannot be seen is taken as the code has it whose names these are.
 */
export function recognizeNetwork(arrays: readonly FileArray[]): Recognition {
  const layers = layersOf(arrays)
  const { stem, fullyConnected } = layers
  if (!stem) return nothing('It holds no convolution, and so none of the networks that Skiplab lays out.')
  const other = layers.convolutions.find(({ shape: [, , height, width] }) => height !== width || ![1, 3, 7].includes(height!))
  if (other) return nothing(`${other.module} is a convolution of ${other.shape.slice(2).join('x')}; expected 1x1, 3x3 or 7x7.`)
  if (fullyConnected.length === 3) return recognizeVgg(layers)
  if (fullyConnected.length !== 1)
    return nothing(`It holds ${fullyConnected.length} fully connected layers; expected one (ResNets) or three (VGG nets).`)
  return recognizeResnet(layers, stem, fullyConnected[0]!)
}

const nothing = (why: string): Recognition => ({ network: null, notes: [why] })

function recognizeResnet(layers: FileLayers, stem: FileArray, classifier: FileArray): Recognition {
  const stages = stagesOf(layers)
  if (typeof stages === 'string') return nothing(stages)
  const blockKind = stages[0]?.blockKind ?? 'basic'
  const { expansion, layers: layersOfBlock } = blockDefinitions[blockKind]
  const widths = stages.map(({ width }) => width)
  const counts = stages.map(({ blocks }) => blocks)
  const [classes, features] = classifier.shape as [number, number]
  const [filters, channels, kernel] = stem.shape as [number, number, number]
  const isCifar = stages.length === 3
  if (features !== widths.at(-1)! * expansion)
    return nothing(`${classifier.module} reads ${features} features; the last stage gives ${widths.at(-1)! * expansion}.`)
  if (filters !== widths[0])
    return nothing(`${stem.module} has ${filters} filters and the first stage ${widths[0]}; Skiplab's nets have as many in both.`)
  if (isCifar && new Set(counts).size > 1)
    return nothing(`Its three stages have ${counts.join(', ')} blocks; CIFAR nets have as many in each.`)
  if (isCifar && kernel !== 3) return nothing(`${stem.module} is ${kernel}x${kernel}; the stem of CIFAR nets is 3x3.`)
  const around = shortcutOf(layers, stages, filters, expansion)
  if (typeof around === 'string') return nothing(around)
  const conventions = conventionsOf(layers, blockKind, around.shortcut)
  const side = !isCifar && kernel === 7 ? 224 : 32
  const network: RecognizedNetwork = {
    architecture: isCifar ? 'cifar' : 'imagenet',
    family: around.family,
    shortcut: around.shortcut,
    depth: 2 + layersOfBlock * counts.reduce((sum, count) => sum + count, 0),
    widths,
    classes,
    inputShape: [side, side, channels],
    settings: {
      blockKind,
      ...(!isCifar && { blocks: counts, stem: kernel === 7 ? '7x7' : '3x3' }),
      ...(layers.normalizations.length === 0 && { normalization: 'none' }),
      ...(isPreActivation(layers) && { activationOrder: 'pre' }),
      ...conventions.settings,
    },
  }
  return { network, notes: [...around.notes, ...conventions.notes] }
}

/** Tells the family and the option from the projections, of which there are none, one where dimensions grow, or one a block. */
function shortcutOf({ gates, projections }: FileLayers, stages: readonly Stage[], stemWidth: number, expansion: number) {
  const family = gates.length > 0 ? 'highway' : 'residual'
  const blocks = stages.reduce((sum, stage) => sum + stage.blocks, 0)
  const grown = stages.filter(({ width }, index) => index > 0 || width * expansion !== stemWidth).length
  const count = stages.reduce((sum, stage) => sum + stage.projections, 0) || projections.length
  if (count === 0) {
    const unseen = 'Its blocks hold no projection, so a plain net and shortcut option A look alike: taken as residual with option A.'
    return { family, shortcut: 'A', notes: family === 'residual' ? [unseen] : [] } as const
  }
  if (count === grown) return { family, shortcut: 'B', notes: [] } as const
  if (count === blocks) return { family, shortcut: 'C', notes: [] } as const
  return `It has ${count} projections in ${blocks} blocks; expected ${grown} (option B), ${blocks} (option C) or none (option A).`
}

/** Conventions that no shape tells: taken as the code has them whose names these are. */
function conventionsOf({ names }: FileLayers, kind: 'basic' | 'bottleneck', shortcut: 'A' | 'B' | 'C') {
  const settings: { bottleneckStride?: '1x1' | '3x3'; shortcutPadding?: 'after' | 'both' } = {}
  const notes: string[] = []
  if (kind === 'bottleneck') {
    const inMiddle = names.has('fc.weight') || names.has('linear.weight')
    settings.bottleneckStride = inMiddle ? '3x3' : '1x1'
    const taken = inMiddle ? 'the 3x3 one, as torchvision has it' : 'the first, as in the paper'
    notes.push(`Which layer of a bottleneck has the stride cannot be seen: taken as ${taken}.`)
  }
  if (shortcut === 'A') {
    const both = names.has('linear.weight')
    settings.shortcutPadding = both ? 'both' : 'after'
    const taken = both ? 'on both sides, as akamaster has it' : 'after the channels, as in the paper'
    notes.push(`Where option A puts its zeros cannot be seen: taken as ${taken}.`)
  }
  return { settings, notes }
}

/** In pre-activation nets the BN that opens a block that grows has the channels that go in, not those that its convolution makes. */
function isPreActivation({ convolutions, normalizations }: FileLayers): boolean {
  const channels = new Map(normalizations.map(({ module, shape }) => [module, shape[0]!]))
  return convolutions.some(({ module, shape: [filters, inputs] }) => {
    const beside = module.replace(/conv(olution)?(?=_?\d+$)/, (_, long: string | undefined) => (long ? 'normalization' : 'bn'))
    const count = beside === module ? undefined : channels.get(beside)
    return count !== undefined && filters !== inputs && count === inputs
  })
}
