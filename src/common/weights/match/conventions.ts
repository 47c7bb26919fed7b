import type { FileArray } from './file-arrays.ts'

/** Mean and standard deviation of each channel (red, green, blue) of images scaled to 0..1. */
export interface ChannelMoments {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** Of ImageNet's training images, as torchvision's models take them; akamaster's nets for CIFAR-10 take the same. */
const imagenetMoments: ChannelMoments = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }

/**
 * What images are normalised with where nobody says it: as the public code has it whose names these are; null where no code is known.
 * @returns with the sentence that tells a person so
 */
export function usualMoments(
  arrays: readonly FileArray[],
  channels: number,
): { readonly moments: ChannelMoments; readonly note: string } | null {
  if (channels !== 3) return null
  const names = new Set(arrays.map(({ name }) => name))
  const code = names.has('linear.weight') ? 'akamaster' : names.has('fc.weight') || names.has('classifier.6.weight') ? 'torchvision' : null
  if (code === null) return null
  const { mean, std } = imagenetMoments
  return {
    moments: imagenetMoments,
    note: `Images are taken as normalised by mean ${mean.join(', ')} and deviation ${std.join(', ')}, as ${code} has it.`,
  }
}
