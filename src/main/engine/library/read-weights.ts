import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { DatasetManifest } from '../../../common/data/dataset.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { designAt, resolveDesign } from '../../../common/network/design.ts'
import { buildNetwork, type Network } from '../../../common/network/network.ts'
import type { WeightInspection, WeightOptions } from '../../../common/rpc/weights.ts'
import { type ChannelMoments, type Conventions, conventionsOf } from '../../../common/weights/match/conventions.ts'
import { type FileArray, fileArrays } from '../../../common/weights/match/file-arrays.ts'
import { hasStrideInMiddle } from '../../../common/weights/match/keras-conventions.ts'
import { matchWeights, type WeightMatch } from '../../../common/weights/match/match.ts'
import { recognizeNetwork, type RecognizedNetwork } from '../../../common/weights/match/recognize.ts'
import type { RunSettings } from '../../../common/training/run-settings.ts'
import { ownSettings } from '../../weights/own-metadata.ts'
import type { WeightFile } from '../../weights/read/source/weight-file.ts'

/** A data set that the classes may be of: what of it has to agree. */
export type KnownDataset = Pick<DatasetManifest, 'image' | 'checksum'> & { readonly classes: readonly string[] }

/** An open file of weights as it was understood. */
export interface ReadWeights {
  readonly network: Network | null
  readonly match: WeightMatch | null
  readonly moments: ChannelMoments | null
  readonly channelOrder: 'rgb' | 'bgr'
  /** Added to the variances of BN. */
  readonly epsilon: number
  /** Settings of the run that Skiplab exported, where nobody said otherwise of the images; null for files of other programs. */
  readonly own: RunSettings | null
  readonly notes: readonly string[]
  readonly mismatches: readonly string[]
}

/**
 * Recognises the network in a file and pairs its arrays.
 * @param dataset null where none was named, or it is not in the workspace
 * @throws SkiplabError bad-input where the options do not go together
 */
export function readWeights(file: WeightFile, options: WeightOptions, dataset: KnownDataset | null): ReadWeights {
  const arrays = fileArrays(file.tensors)
  const settings = ownSettings(file.metadata)
  const { network, notes } = settings
    ? { network: buildNetwork(resolveDesign({ ...settings.network, ...options.network })), notes: [] }
    : networkOf(arrays, withKnownStride(options, arrays, file.kerasLayers), dataset)
  const conventions = conventionsOf(arrays, network?.design.inputShape[2] ?? 3, file.kerasLayers)
  const channelOrder = options.channelOrder ?? conventions.channelOrder
  const taken = { channelOrder, epsilon: options.epsilon ?? conventions.epsilon }
  if (network === null) return { network, match: null, moments: null, ...taken, own: null, notes, mismatches: notes }
  const match = matchWeights(network, arrays, file.kerasLayers)
  const own = options.mean === null ? settings : null
  const normalization = own ? ownMoments(own) : momentsOf(conventions, { ...options, channelOrder }, network.design.inputShape[2])
  const { classes } = network.design
  const classTrouble =
    dataset && dataset.classes.length !== classes
      ? [`${options.dataset} has ${dataset.classes.length} classes, the network ${classes}; choose another data set, or none`]
      : []
  return {
    network,
    match,
    moments: normalization.moments,
    ...taken,
    own,
    notes: [...file.notes.map((note) => `Taken is ${note}.`), ...notes, ...normalization.notes, ...notesOn(conventions, options)],
    mismatches: [...match.mismatches, ...conventions.mismatches, ...classTrouble],
  }
}

/** What was taken of the rest, unless a person said it. */
function notesOn({ notes }: Conventions, { channelOrder, epsilon }: WeightOptions): string[] {
  return [channelOrder === null && notes.channelOrder, epsilon === null && notes.epsilon, notes.padding].filter(
    (note) => typeof note === 'string',
  )
}

/** What the exported run subtracted and divided by; null where that is taken from its training images. */
function ownMoments({ recipe, dataset }: RunSettings): { moments: ChannelMoments | null; notes: string[] } {
  const { normalization, normalizationMean: mean, normalizationStd: std } = recipe
  const from =
    normalization === 'none' || normalization === 'given' ? '' : `, whose mean is taken from the training images of ${dataset.name}`
  return {
    moments: normalization === 'given' ? { mean, std: std.length > 0 ? std : mean.map(() => 1) } : null,
    notes: [`Skiplab wrote this file: network, images and epsilon are as its run had them${from}.`],
  }
}

function networkOf(
  arrays: readonly FileArray[],
  options: WeightOptions,
  dataset: KnownDataset | null,
): { network: Network | null; notes: string[] } {
  const recognized = recognizeNetwork(arrays)
  if (recognized.network === null) return { network: null, notes: [...recognized.notes] }
  const { architecture = recognized.network.architecture, family, shortcut, ...given } = options.network
  const point = {
    ...recognized.network,
    inputShape: inputShapeOf(recognized.network, options, dataset),
    ...(family !== undefined && { family: family }),
    ...(shortcut !== undefined && { shortcut: shortcut }),
    settings: { ...recognized.network.settings, ...given },
  }
  const notes = recognized.notes.filter((note) => !isAnswered(note, options.network))
  return { network: buildNetwork(designAt(architecture, point)), notes }
}

/** What a model of Keras says of itself need not be asked. */
function withKnownStride(options: WeightOptions, arrays: readonly FileArray[], layers: WeightFile['kerasLayers']): WeightOptions {
  const isBottleneck = recognizeNetwork(arrays).network?.settings?.blockKind === 'bottleneck'
  return isBottleneck && hasStrideInMiddle(layers) ? { ...options, network: { bottleneckStride: '3x3', ...options.network } } : options
}

/** Height and width are not in the weights: a person's, the data set's, or the usual. */
function inputShapeOf(
  { inputShape: [height, width, channels], architecture }: RecognizedNetwork,
  { imageSize }: WeightOptions,
  dataset: KnownDataset | null,
): [number, number, number] {
  if (imageSize !== null) return [imageSize, imageSize, channels]
  if (dataset?.image.size === 'fixed' && architecture !== 'vgg') return [dataset.image.height, dataset.image.width, channels]
  return [height, width, channels]
}

/** A note on what cannot be seen has nothing to say once a person has said it. */
function isAnswered(note: string, given: Readonly<Record<string, unknown>>): boolean {
  const about = { family: 'look alike', bottleneckStride: 'has the stride', shortcutPadding: 'puts its zeros' }
  return Object.entries(about).some(([field, words]) => given[field] !== undefined && note.includes(words))
}

function momentsOf(conventions: Conventions, { mean, std, range, channelOrder }: WeightOptions, channels: number) {
  if (mean === null && std !== null)
    throw new SkiplabError('bad-input', 'A deviation without a mean was given; expected both or the mean alone.')
  if (mean === null) {
    const { moments, notes } = conventions
    if (moments) return { moments, notes: notes.moments === undefined ? [] : [notes.moments] }
    const note =
      'What was subtracted from images cannot be seen: taken as nothing, images from 0 to 1. Give mean and deviation where it was more.'
    return { moments: null, notes: [note] }
  }
  // Nets that subtract a mean alone see images in its range: 0 to 255 in Caffe.
  const deviations = std ?? mean.map(() => 1)
  if (mean.length !== channels || deviations.length !== channels)
    throw new SkiplabError(
      'bad-input',
      `Expected a mean and a deviation for each of ${channels} channels; got ${mean.length} and ${deviations.length}.`,
    )
  const inOrder = (values: readonly number[]) => values.map((_, at) => values[channelOrder === 'bgr' ? channels - 1 - at : at]! / range)
  if (deviations.some((value) => value <= 0)) throw new SkiplabError('bad-input', `A deviation is above 0; got ${deviations.join(', ')}.`)
  return { moments: { mean: inOrder(mean), std: inOrder(deviations) }, notes: [] }
}

/** What the page and the command line show before anything is taken. */
export function inspectionOf(
  path: string,
  file: WeightFile,
  { network, match, moments, notes, mismatches }: ReadWeights,
  dataset: WeightInspection['dataset'],
): WeightInspection {
  return {
    file: basename(path),
    bytes: statSync(path).size,
    format: file.format,
    tensors: file.tensors.map(({ name, type, shape }) => ({ name, type, shape: [...shape] })),
    network: network && {
      design: network.design,
      label: network.name,
      layers: network.depth,
      parameterCount: network.parameterCount,
    },
    by: match?.by ?? null,
    arrays: (match?.arrays ?? []).map(({ name, from }) => ({ from: from.stored, to: name.ours, shape: [...name.shape] })),
    folded: (match?.folded ?? []).map(({ bias }) => bias.stored),
    mismatches: [...mismatches],
    notes: network ? [...notes] : [],
    normalization: moments && { mean: [...moments.mean], std: [...moments.std] },
    dataset,
  }
}
