import { type FileArray, isOfKeras } from './file-arrays.ts'
import { kerasConventions } from './keras-conventions.ts'
import type { KerasLayer } from './keras-layers.ts'

/** Mean and standard deviation of each channel (red, green, blue) of images scaled to 0..1. */
export interface ChannelMoments {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** What no shape tells and nobody said: as the file says it, else as the public code has it whose names these are. */
export interface Conventions {
  /** What images are normalised with; null where no code is known. */
  readonly moments: ChannelMoments | null
  /** Order in which the first convolution reads colours. */
  readonly channelOrder: 'rgb' | 'bgr'
  /** Added to the variances of BN. */
  readonly epsilon: number
  /** How each was taken, where a person may know better: whole sentences about one of them. */
  readonly notes: { readonly moments?: string; readonly channelOrder?: string; readonly epsilon?: string; readonly padding?: string }
  /** What the network computes otherwise than any of Skiplab's. */
  readonly mismatches: readonly string[]
}

/** Of ImageNet's training images, as torchvision's models take them; akamaster's nets for CIFAR-10 take the same. */
const imagenetMoments: ChannelMoments = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
/** PyTorch's own. */
const usualEpsilon = 1e-5

/** @param keras layers of a model of Keras; null where its file does not tell them, or it is none of Keras */
export function conventionsOf(arrays: readonly FileArray[], channels: number, keras: readonly KerasLayer[] | null): Conventions {
  if (isOfKeras(arrays)) return kerasConventions(arrays, channels, keras)
  const moments = usualMoments(arrays, channels)
  return {
    moments: moments === null ? null : imagenetMoments,
    channelOrder: 'rgb',
    epsilon: usualEpsilon,
    notes: moments === null ? {} : { moments },
    mismatches: [],
  }
}

/** @returns the sentence that tells a person so; null where no code is known */
function usualMoments(arrays: readonly FileArray[], channels: number): string | null {
  if (channels !== 3) return null
  const names = new Set(arrays.map(({ name }) => name))
  const code = names.has('linear.weight') ? 'akamaster' : names.has('fc.weight') || names.has('classifier.6.weight') ? 'torchvision' : null
  const { mean, std } = imagenetMoments
  return code && `Images are taken as normalised by mean ${mean.join(', ')} and deviation ${std.join(', ')}, as ${code} has it.`
}
