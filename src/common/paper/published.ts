import type { Family, ShortcutOption } from '../network/families/families.ts'
import type { TestProtocol } from '../results/protocols.ts'
import type { ResultCheckpoint } from '../results/result-row.ts'
import { otherResults, plainReadings, portResults, type PublishedCifar10Result, residualResults, reviewResults } from './cifar10.ts'
import { imagenetResults, type PublishedImagenetResult } from './imagenet.ts'
import type { Source } from './source.ts'

export const publishedData = ['cifar10', 'imagenet'] as const
export type PublishedData = (typeof publishedData)[number]

/** What the data sets of published numbers are called. */
export const publishedDataTitles: Readonly<Record<PublishedData, string>> = { cifar10: 'CIFAR-10', imagenet: 'ImageNet' }

/** One published error and how it was come by. */
export interface PublishedResult {
  /** "ResNet-56". */
  readonly name: string
  readonly data: PublishedData
  /** Which of our nets it is; null for nets of others and for ensembles. */
  readonly net: { readonly family: Family; readonly layers: number; readonly shortcut: ShortcutOption | null } | null
  readonly layers: number | null
  /** Null where it is not published. */
  readonly parameters: number | null
  readonly metric: 'topOneError' | 'topFiveError'
  /** Images that it is measured on, as the source names them. */
  readonly images: 'training' | 'validation' | 'test'
  /** A fraction. */
  readonly value: number
  /** Read off a figure, to half a point at best, instead of printed. */
  readonly readOff: boolean
  readonly checkpoint: ResultCheckpoint
  /** How images were shown; null where the source does not say. */
  readonly protocol: TestProtocol | null
  /** Networks whose scores are averaged; null for several, how many is not told. */
  readonly members: number | null
  /** Mean and standard deviation over several runs, where published: fractions. */
  readonly repeated: { readonly mean: number; readonly std: number; readonly runs: number | null } | null
  readonly source: Source
}

/**
 * Every error that is published of the paper's nets and of those that it compares with: Deep Residual Learning's Tables 2 to 6 and what
 * others read off its Fig. 6, the review's reproduction, public ports. Left out: Tables 7 and 8, which are of detection, and the ends of
 * the training curves of Figs. 1, 4 and 6, which nobody has printed.
 */
export const publishedResults: readonly PublishedResult[] = [
  ...[...residualResults, ...otherResults, ...plainReadings, ...reviewResults, ...portResults].flatMap(ofCifar10),
  ...imagenetResults.flatMap(ofImagenet),
]

function ofCifar10(result: PublishedCifar10Result): PublishedResult[] {
  const { name, family, layers, parameters, testError, trainError, readOff, checkpoint, repeated, source } = result
  const net = family !== null && layers !== null ? { family, layers, shortcut: family === 'plain' ? null : ('A' as const) } : null
  const what = { name, data: 'cifar10', net, layers, parameters, metric: 'topOneError' } as const
  const shared = { ...what, readOff, checkpoint, members: 1, source }
  return [
    { ...shared, images: 'test', value: testError, protocol: family === null ? null : 'single-view', repeated },
    ...(trainError === null ? [] : [{ ...shared, images: 'training', value: trainError, protocol: null, repeated: null } as const]),
  ]
}

function ofImagenet({ name, net, top1, top5, protocol, images, members, source }: PublishedImagenetResult): PublishedResult[] {
  const what = { name, data: 'imagenet', net, layers: net?.layers ?? null, parameters: null, images } as const
  const how = { readOff: false, checkpoint: 'last', protocol, members, repeated: null, source } as const
  return (['topOneError', 'topFiveError'] as const).flatMap((metric) => {
    const value = metric === 'topOneError' ? top1 : top5
    return value === null ? [] : [{ ...what, ...how, metric, value }]
  })
}
