import type { Family, ShortcutOption } from '../network/families/families.ts'
import type { TestProtocol } from '../results/protocols.ts'
import { deepResidualLearning, type Source } from './source.ts'

/** One column of Table 1: the ImageNet nets of section 3.4 and 4.1. */
export interface ImagenetNetwork {
  readonly layers: number
  /** Blocks of the four stages, at maps 56, 28, 14 and 7. */
  readonly blocks: readonly [number, number, number, number]
  readonly block: 'two 3x3' | 'bottleneck'
  /** Multiply-adds for one 224 x 224 image, as published. */
  readonly multiplyAdds: number
  /** Parameters with shortcut option B. */
  readonly parameters: number
}

export const imagenetNetworks: readonly ImagenetNetwork[] = [
  { layers: 18, blocks: [2, 2, 2, 2], block: 'two 3x3', multiplyAdds: 1.8e9, parameters: 11_689_512 },
  { layers: 34, blocks: [3, 4, 6, 3], block: 'two 3x3', multiplyAdds: 3.6e9, parameters: 21_797_672 },
  { layers: 50, blocks: [3, 4, 6, 3], block: 'bottleneck', multiplyAdds: 3.8e9, parameters: 25_557_032 },
  { layers: 101, blocks: [3, 4, 23, 3], block: 'bottleneck', multiplyAdds: 7.6e9, parameters: 44_549_160 },
  { layers: 152, blocks: [3, 8, 36, 3], block: 'bottleneck', multiplyAdds: 11.3e9, parameters: 60_192_808 },
]

/** Nets of others whose cost section 4.1 tells beside that of the 152-layer one. */
export const vggNetworks = [
  { name: 'VGG-16', layers: 16, multiplyAdds: 15.3e9 },
  { name: 'VGG-19', layers: 19, multiplyAdds: 19.6e9 },
] as const

/** The net of a result as one of ours. */
interface ImagenetNet {
  readonly family: Family
  readonly layers: number
  /** Null for plain nets. */
  readonly shortcut: ShortcutOption | null
}

/** A published error of ImageNet, of its validation set unless said otherwise: fractions (0 to 1); null where the paper gives none. */
export interface PublishedImagenetResult {
  readonly name: string
  /** Null for nets of others and for ensembles. */
  readonly net: ImagenetNet | null
  readonly top1: number | null
  readonly top5: number | null
  /** How images were shown; null where the source does not say. */
  readonly protocol: TestProtocol | null
  /** Images that it is measured on. */
  readonly images: 'validation' | 'test'
  /** Networks whose scores are averaged; null for several, how many is not told. */
  readonly members: number | null
  readonly source: Source
}

type Row = readonly [name: string, top1: number | null, top5: number | null, told?: Partial<PublishedImagenetResult>]

function rows(table: string, shared: Partial<PublishedImagenetResult>, values: readonly Row[]): PublishedImagenetResult[] {
  const source = deepResidualLearning(table)
  const usual = { protocol: null, images: 'validation', members: 1 } as const
  return values.map(([name, top1, top5, told]) => ({ name, net: netNamed(name), top1, top5, ...usual, source, ...shared, ...told }))
}

/** "ResNet-34 A", "ResNet-50" (of option B, as the caption of Table 3 says), "plain-18". */
function netNamed(name: string): ImagenetNet | null {
  const match = /^(plain|ResNet)-(\d+)(?: ([ABC]))?$/.exec(name)
  if (!match) return null
  const option = (['A', 'B', 'C'] as const).find((each) => each === match[3])
  return {
    family: match[1] === 'plain' ? 'plain' : 'residual',
    layers: Number(match[2]),
    shortcut: match[1] === 'plain' ? null : (option ?? 'B'),
  }
}

const optionA = (layers: number) => ({ net: { family: 'residual', layers, shortcut: 'A' } }) as const

/** Plain against residual (option A, as many parameters): the degradation on ImageNet; where the curves of Fig. 4 end. */
const tenCropDegradation = rows('Table 2', { protocol: '10-crop' }, [
  ['plain-18', 0.2794, null],
  ['ResNet-18', 0.2788, null, optionA(18)],
  ['plain-34', 0.2854, null],
  ['ResNet-34', 0.2503, null, optionA(34)],
])

const tenCropResults = rows('Table 3', { protocol: '10-crop' }, [
  ['VGG-16', 0.2807, 0.0933],
  ['GoogLeNet', null, 0.0915],
  ['PReLU-net', 0.2427, 0.0738],
  ['plain-34', 0.2854, 0.1002],
  ['ResNet-34 A', 0.2503, 0.0776],
  ['ResNet-34 B', 0.2452, 0.0746],
  ['ResNet-34 C', 0.2419, 0.074],
  ['ResNet-50', 0.2285, 0.0671],
  ['ResNet-101', 0.2175, 0.0605],
  ['ResNet-152', 0.2143, 0.0571],
])

const scales = { protocol: 'multi-scale' } as const

/** Single models; those of others as their authors tested them. */
const singleModelResults = rows('Table 4', {}, [
  ['VGG (ILSVRC’14)', null, 0.0843, { images: 'test' }],
  ['GoogLeNet (ILSVRC’14)', null, 0.0789],
  ['VGG (v5)', 0.244, 0.071],
  ['PReLU-net', 0.2159, 0.0571],
  ['BN-inception', 0.2199, 0.0581],
  ['ResNet-34 B', 0.2184, 0.0571, scales],
  ['ResNet-34 C', 0.2153, 0.056, scales],
  ['ResNet-50', 0.2074, 0.0525, scales],
  ['ResNet-101', 0.1987, 0.046, scales],
  ['ResNet-152', 0.1938, 0.0449, scales],
])

/** Ensembles on the test set; the paper's is of six models of different depth. How many others averaged, its table does not say. */
const ensembleResults = rows('Table 5', { images: 'test', members: null }, [
  ['VGG (ILSVRC’14)', null, 0.0732],
  ['GoogLeNet (ILSVRC’14)', null, 0.0666],
  ['VGG (v5)', null, 0.068],
  ['PReLU-net', null, 0.0494],
  ['BN-inception', null, 0.0482],
  ['ResNet (ILSVRC’15)', null, 0.0357, { members: 6 }],
])

/** Tables 2 to 5. */
export const imagenetResults: readonly PublishedImagenetResult[] = [
  ...tenCropDegradation,
  ...tenCropResults,
  ...singleModelResults,
  ...ensembleResults,
]
