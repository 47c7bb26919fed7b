import type { ChannelMoments, Conventions } from './conventions.ts'
import type { FileArray } from './file-arrays.ts'
import { allKerasLayers, type KerasLayer } from './keras-layers.ts'

/** Of `keras.applications`: those of Caffe, red, green, blue of 0 to 255. */
const caffeMean = [123.68, 116.779, 103.939] as const
/** What `keras.applications` has in its ResNets, and what Keras has otherwise. */
const epsilons = { applications: 1.001e-5, usual: 1e-3 } as const

/** Tells what Keras has otherwise than PyTorch, and what of that a model says itself. */
export function kerasConventions(arrays: readonly FileArray[], channels: number, layers: readonly KerasLayer[] | null): Conventions {
  const all = layers ? allKerasLayers(layers) : null
  const names = new Set(arrays.map(({ name }) => name))
  const isApplication = channels === 3 && (names.has('conv1_conv.weight') || names.has('block1_conv1.weight'))
  const epsilon = epsilonOf(all, isApplication, arrays)
  const scaled = all && rescaling(all, channels)
  const padding = all === null && !isApplication ? unseenPadding : null
  return {
    moments: scaled ?? (isApplication ? { mean: caffeMean.map((mean) => mean / 255), std: caffeMean.map(() => 1 / 255) } : null),
    channelOrder: isApplication && !scaled ? 'bgr' : 'rgb',
    epsilon: epsilon.value,
    notes: {
      ...(scaled && { moments: 'Images are taken as the Rescaling layer of the model scales those of 0 to 255.' }),
      ...(isApplication &&
        !scaled && { moments: caffeWords, channelOrder: 'Channels are taken as blue, green, red, as keras.applications has it.' }),
      ...(epsilon.note && { epsilon: epsilon.note }),
      ...(padding && { padding }),
    },
    mismatches: [...epsilon.mismatches, ...(all ?? []).flatMap(differences)],
  }
}

const caffeWords =
  `Images are taken as normalised by mean ${caffeMean.join(', ')} (red, green, blue) of 0 to 255 and no deviation, ` +
  'as keras.applications has it.'
const unseenPadding =
  "The file holds weights alone, so how strided convolutions are padded cannot be seen: taken as zeros on all sides. With padding='same' " +
  'Keras pads otherwise, and the scores would differ; a model saved as .keras tells.'

function epsilonOf(
  layers: readonly KerasLayer[] | null,
  isApplication: boolean,
  arrays: readonly FileArray[],
): { value: number; note?: string; mismatches: string[] } {
  const told = [
    ...new Set(
      (layers ?? [])
        .filter(isNormalization)
        .flatMap(({ config: { epsilon } }) => (typeof epsilon === 'number' && epsilon > 0 ? [epsilon] : [])),
    ),
  ]
  if (told.length > 1)
    return {
      value: told[0]!,
      mismatches: [`Its BN layers have the epsilons ${told.slice(0, 4).join(' and ')}; the network has one for all`],
    }
  if (told.length === 1) return { value: told[0]!, mismatches: [] }
  const value = isApplication ? epsilons.applications : epsilons.usual
  const hasBn = arrays.some(({ leaf }) => leaf === 'running_mean')
  const by = isApplication ? 'keras.applications has it' : 'Keras has it unless told otherwise'
  return { value, mismatches: [], ...(hasBn && { note: `BN's epsilon cannot be seen: taken as ${value}, as ${by}.` }) }
}

const isNormalization = ({ className }: KerasLayer) => className.startsWith('BatchNormalization')

/** Whether the stride of bottlenecks is in their 3x3 layers, which no shape tells; a model of Keras says it. */
export function hasStrideInMiddle(layers: readonly KerasLayer[] | null): boolean {
  return allKerasLayers(layers ?? []).some(
    ({ className, config }) => className === 'Conv2D' && largest(config.strides) > 1 && largest(config.kernel_size) === 3,
  )
}

/** Images times `scale` plus `offset`, in moments of images of 0 to 1; null without such a layer. */
function rescaling(layers: readonly KerasLayer[], channels: number): ChannelMoments | null {
  const layer = layers.find(({ className }) => className === 'Rescaling')
  const [scale, offset] = [layer?.config.scale, layer?.config.offset ?? 0].map((value) => valuesOf(value, channels))
  if (!scale || !offset || scale.some((factor) => factor <= 0)) return null
  return { mean: scale.map((factor, at) => -offset[at]! / factor / 255), std: scale.map((factor) => 1 / factor / 255) }
}

function valuesOf(value: unknown, channels: number): number[] | null {
  if (typeof value === 'number') return Array.from({ length: channels }, () => value)
  return Array.isArray(value) && value.length === channels && value.every((each) => typeof each === 'number') ? value : null
}

/** Names what a layer computes otherwise than the network would, whatever its arrays. */
function differences({ name, className, config }: KerasLayer): string[] {
  if (className !== 'Conv2D')
    return className.startsWith('Activation') || className.endsWith('ReLU') ? activationTrouble(name, className, config) : []
  const { kernel_size: kernel, strides, padding, groups, dilation_rate: dilation } = config
  const isWide = largest(kernel) > 1
  return [
    ...(largest(strides) > 1 && isWide && padding === 'same'
      ? [
          `${name}: stride ${largest(strides)} with padding 'same', which adds zeros behind the image alone; ` +
            'the network adds them on all sides',
        ]
      : []),
    ...(largest(groups) > 1 ? [`${name}: a convolution in ${largest(groups)} groups, the network has none`] : []),
    ...(largest(dilation) > 1 ? [`${name}: a dilated convolution, the network has none`] : []),
    ...activationTrouble(name, className, config),
  ]
}

function activationTrouble(name: string, className: string, config: KerasLayer['config']): string[] {
  const { activation, negative_slope: slope = 0, max_value: highest = null } = config
  const isRelu = className === 'ReLU' && slope === 0 && highest === null
  const used = className.endsWith('ReLU') ? (isRelu ? 'relu' : className) : (activation ?? 'linear')
  if (typeof used !== 'string') return [`${name}: the activation is of the model's own, the network has ReLU`]
  return ['relu', 'linear', 'softmax'].includes(used) ? [] : [`${name}: the activation is ${used.slice(0, 40)}, the network has ReLU`]
}

/** Of a number, or of one for each side. */
function largest(value: unknown): number {
  const all = Array.isArray(value) ? value : [value]
  return Math.max(1, ...all.filter((each): each is number => typeof each === 'number'))
}
