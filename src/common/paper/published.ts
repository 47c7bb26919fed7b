import { z } from 'zod'
import { familySchema, shortcutOptionSchema } from '../network/families/families.ts'
import { testProtocolSchema } from '../results/protocols.ts'
import { resultCheckpointSchema } from '../results/result-row.ts'
import {
  otherResults,
  plainReadings,
  plainTold,
  portResults,
  type PublishedCifar10Result,
  residualResults,
  reviewResults,
} from './cifar10.ts'
import { imagenetNetworks, imagenetResults, type PublishedImagenetResult, vggNetworks } from './imagenet.ts'
import { sourceSchema } from './source.ts'

export const publishedData = ['cifar10', 'imagenet'] as const
export type PublishedData = (typeof publishedData)[number]

/** What the data sets of published numbers are called. */
export const publishedDataTitles: Readonly<Record<PublishedData, string>> = { cifar10: 'CIFAR-10', imagenet: 'ImageNet' }

/** One published error and how it was come by. */
export const publishedResultSchema = z.strictObject({
  /** "ResNet-56". */
  name: z.string(),
  data: z.enum(publishedData),
  /** Which of our nets it is; null for nets of others and for ensembles. */
  net: z.strictObject({ family: familySchema, layers: z.int(), shortcut: shortcutOptionSchema.nullable() }).nullable(),
  layers: z.int().nullable(),
  /** Null where it is not published. */
  parameters: z.int().nullable(),
  /** For one image, to two or three digits; null where it is not published. */
  multiplyAdds: z.number().nullable(),
  metric: z.enum(['topOneError', 'topFiveError']),
  /** Images that it is measured on, as the source names them. */
  images: z.enum(['training', 'validation', 'test']),
  /** A fraction. */
  value: z.number(),
  /** Read off a figure, to half a point at best, instead of printed. */
  readOff: z.boolean(),
  /** The source says only that the error is above the value. */
  above: z.boolean(),
  checkpoint: resultCheckpointSchema,
  /** How images were shown; null where the source does not say. */
  protocol: testProtocolSchema.nullable(),
  /** Networks whose scores are averaged; null for several, how many is not told. */
  members: z.int().nullable(),
  /** Mean and standard deviation over several runs, of which the value is the best: fractions. Null for a single run. */
  repeated: z
    .strictObject({
      mean: z.number(),
      std: z.number(),
      /** Null where how many is not told. */
      runs: z.int().nullable(),
    })
    .nullable(),
  source: sourceSchema,
})
export type PublishedResult = Readonly<z.infer<typeof publishedResultSchema>>

/**
 * Every error that is published of the paper's nets and of those that it compares with: Deep Residual Learning's Tables 2 to 6 and what
 * others read off its Fig. 6, the review's reproduction, public ports. Left out: Tables 7 and 8, which are of detection, and the ends of
 * the training curves of Figs. 1, 4 and 6, which nobody has printed.
 */
export const publishedResults: readonly PublishedResult[] = [
  ...[...residualResults, ...otherResults, ...plainReadings, ...plainTold, ...reviewResults, ...portResults].flatMap(ofCifar10),
  ...imagenetResults.flatMap(ofImagenet),
]

function ofCifar10(result: PublishedCifar10Result): PublishedResult[] {
  const { name, family, layers, parameters, testError, trainError, readOff, above, checkpoint, repeated, source } = result
  const net = family !== null && layers !== null ? { family, layers, shortcut: family === 'plain' ? null : ('A' as const) } : null
  const what = { name, data: 'cifar10', net, layers, parameters, multiplyAdds: null, metric: 'topOneError' } as const
  const shared = { ...what, readOff, above, checkpoint, members: 1, source }
  return [
    { ...shared, images: 'test', value: testError, protocol: family === null ? null : 'single-view', repeated },
    ...(trainError === null ? [] : [{ ...shared, images: 'training', value: trainError, protocol: null, repeated: null } as const]),
  ]
}

function ofImagenet({ name, net, top1, top5, protocol, images, members, source }: PublishedImagenetResult): PublishedResult[] {
  const what = { name, data: 'imagenet', net, ...sizeOf(name, net), images } as const
  const how = { readOff: false, above: false, checkpoint: 'last', protocol, members, repeated: null, source } as const
  return (['topOneError', 'topFiveError'] as const).flatMap((metric) => {
    const value = metric === 'topOneError' ? top1 : top5
    return value === null ? [] : [{ ...what, ...how, metric, value }]
  })
}

/** What Table 1 and section 4.1 tell of a net's size: parameters of shortcut option B, multiply-adds of nets without C's projections. */
function sizeOf(name: string, net: PublishedImagenetResult['net']): Pick<PublishedResult, 'layers' | 'parameters' | 'multiplyAdds'> {
  const known = net && imagenetNetworks.find(({ layers }) => layers === net.layers)
  const other = vggNetworks.find((each) => each.name === name)
  if (!net || !known) return { layers: other?.layers ?? null, parameters: null, multiplyAdds: other?.multiplyAdds ?? null }
  return {
    layers: net.layers,
    parameters: net.shortcut === 'B' ? known.parameters : null,
    multiplyAdds: net.shortcut === 'C' ? null : known.multiplyAdds,
  }
}
