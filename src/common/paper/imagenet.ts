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

/** A published validation error of ImageNet, a fraction (0 to 1); null where the paper gives none. */
export interface PublishedImagenetResult {
  readonly name: string
  readonly top1: number | null
  readonly top5: number | null
  readonly source: Source
}

function rows(
  source: Source,
  values: readonly (readonly [name: string, top1: number | null, top5: number | null])[],
): PublishedImagenetResult[] {
  return values.map(([name, top1, top5]) => ({ name, top1, top5, source }))
}

/**
 * Plain against residual, 10-crop: the degradation on ImageNet.
 * @public
 */
export const tenCropDegradation = rows(deepResidualLearning('Table 2'), [
  ['plain-18', 0.2794, null],
  ['ResNet-18', 0.2788, null],
  ['plain-34', 0.2854, null],
  ['ResNet-34', 0.2503, null],
])

export const tenCropResults = rows(deepResidualLearning('Table 3'), [
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

/**
 * Single models, on the validation set.
 * @public
 */
export const singleModelResults = rows(deepResidualLearning('Table 4'), [
  ['VGG (v5)', 0.244, 0.071],
  ['GoogLeNet', null, 0.0789],
  ['PReLU-net', 0.2159, 0.0571],
  ['BN-inception', 0.2199, 0.0581],
  ['ResNet-34 B', 0.2184, 0.0571],
  ['ResNet-34 C', 0.2153, 0.056],
  ['ResNet-50', 0.2074, 0.0525],
  ['ResNet-101', 0.1987, 0.046],
  ['ResNet-152', 0.1938, 0.0449],
])

/**
 * Six models of different depth, top-5 error on the test set.
 * @public
 */
export const ensembleResult: PublishedImagenetResult = {
  name: 'ResNet ensemble',
  top1: null,
  top5: 0.0357,
  source: deepResidualLearning('Table 5'),
}
