import type { ImageMoments } from '../../../../common/data/mean.ts'
import { SkiplabError } from '../../../../common/failure.ts'
import type { Recipe } from '../../../../common/training/recipe.ts'
import type { Normalization } from '../../backend/backend.ts'

/** Moments of the images that a run trains on; asked for only where the recipe's normalization takes them. */
export interface NormalizationMoments {
  /** [height, width, channels] */
  perPixelMean(): Float32Array
  /** [channels] */
  perChannel(): ImageMoments
}

/** Makes what the recipe subtracts from images, and what it divides them by. */
export function normalizationOf(
  { normalization: kind, normalizationMean, normalizationStd }: Pick<Recipe, 'normalization' | 'normalizationMean' | 'normalizationStd'>,
  channels: number,
  moments: NormalizationMoments,
): Normalization {
  const ones = new Float32Array(channels).fill(1)
  switch (kind) {
    case 'none':
      return { mean: new Float32Array(channels), inverseStd: ones }
    case 'given': {
      if (normalizationMean.length !== channels)
        throw new SkiplabError(
          'bad-input',
          `The recipe gives the means of ${normalizationMean.length} channels; the images have ${channels}.`,
        )
      const inverse = normalizationStd.map((std) => 1 / std)
      return { mean: Float32Array.from(normalizationMean), inverseStd: inverse.length > 0 ? Float32Array.from(inverse) : ones }
    }
    case 'per-pixel-mean':
      return { mean: moments.perPixelMean(), inverseStd: ones }
    case 'per-channel-mean':
      return { mean: moments.perChannel().mean, inverseStd: ones }
    case 'per-channel-mean-std': {
      const { mean, std } = moments.perChannel()
      // A constant channel has no spread to divide by.
      return { mean, inverseStd: std.map((value) => (value > 0 ? 1 / value : 1)) }
    }
  }
}
