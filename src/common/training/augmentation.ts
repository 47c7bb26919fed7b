import { Random, randomStreams } from './random.ts'
import type { Recipe } from './recipe.ts'

/** What a recipe says about augmentation. */
export type AugmentationSettings = Pick<Recipe, 'cropPadding' | 'flip' | 'colourShift' | 'pcaShift'>

/** The random choices of one training batch, drawn on the host so that every backend and every machine sees the same images. */
export interface AugmentationDraws {
  /** int32 [batch, 3]: row offset, column offset (0 to 2 x padding), mirrored (0 or 1); null where the recipe neither crops nor mirrors. */
  readonly crops: Int32Array | null
  /** fp32 [batch, channels], added to images scaled to 0..1 before they are divided by a standard deviation; null without colour shifts. */
  readonly shifts: Float32Array | null
}

/** Numbers of one image in {@link AugmentationDraws.crops}. */
export const cropFields = 3

export function shiftsColours({ colourShift, pcaShift }: Pick<AugmentationSettings, 'colourShift' | 'pcaShift'>): boolean {
  return colourShift > 0 || pcaShift > 0
}

export function cropsOrMirrors({ cropPadding, flip }: Pick<AugmentationSettings, 'cropPadding' | 'flip'>): boolean {
  return cropPadding > 0 || flip
}

/**
 * Draws section 4.2's augmentation (a crop of the padded image, a mirror image half of the time) and the colour shifts of one step:
 * a pure function of its arguments.
 * @param step steps of the run done before this one
 * @param components for PCA shifts: see `principalComponents` in common/data/principal-components.ts
 * @throws RangeError where PCA shifts lack their components
 */
export function drawAugmentation(
  settings: AugmentationSettings,
  batch: number,
  channels: number,
  seed: number,
  step: number,
  components: Float64Array | null = null,
): AugmentationDraws {
  const random = new Random(seed, randomStreams.augmentation, step)
  const crops = cropsOrMirrors(settings) ? drawCrops(random, settings, batch) : null
  const shifts = shiftsColours(settings) ? drawShifts(random, settings.colourShift, batch * channels) : null
  if (shifts && settings.pcaShift > 0) {
    if (components?.length !== channels * channels) throw new RangeError(`Expected the components of ${channels} channels`)
    addPcaShifts(random, shifts, settings.pcaShift, components)
  }
  return { crops, shifts }
}

/** Takes the draws of images [start, end) of a batch of `count`; nothing is copied. */
export function drawsBetween({ crops, shifts }: AugmentationDraws, start: number, end: number, count: number): AugmentationDraws {
  const at = ({ length }: ArrayLike<number>) => [(start * length) / count, (end * length) / count] as const
  return { crops: crops && crops.subarray(...at(crops)), shifts: shifts && shifts.subarray(...at(shifts)) }
}

function drawCrops(random: Random, { cropPadding, flip }: AugmentationSettings, batch: number): Int32Array {
  const offsets = 2 * cropPadding + 1
  const crops = new Int32Array(batch * cropFields)
  for (let at = 0; at < crops.length; at += cropFields) {
    crops[at] = random.below(offsets)
    crops[at + 1] = random.below(offsets)
    crops[at + 2] = flip ? random.below(2) : 0
  }
  return crops
}

/** Uniform in [-largest, largest). */
function drawShifts(random: Random, largest: number, count: number): Float32Array {
  const shifts = new Float32Array(count)
  if (largest === 0) return shifts
  for (let at = 0; at < count; at++) shifts[at] = (2 * random.uniform() - 1) * largest
  return shifts
}

/**
 * Adds AlexNet's colour augmentation (Krizhevsky, Sutskever, Hinton 2012, section 4.1): to each image the sum of all principal components,
 * each times a normal draw of this standard deviation.
 * @param shifts [batch, channels]
 */
function addPcaShifts(random: Random, shifts: Float32Array, std: number, components: Float64Array): void {
  const channels = Math.sqrt(components.length)
  for (let image = 0; image < shifts.length; image += channels) {
    for (let component = 0; component < channels; component++) {
      const alpha = std * random.normal()
      for (let channel = 0; channel < channels; channel++) shifts[image + channel]! += alpha * components[component * channels + channel]!
    }
  }
}
