import { z } from 'zod'

/** How images are shown to the network when a result is measured, in words. A new protocol is a name here and its views in evaluation/. */
export const protocols = {
  'training-steps': "mean over an epoch's own training steps, with augmentation, as the paper draws it",
  'single-view': 'each image once, without augmentation, with running statistics',
  'centre-crop': 'the centre of each image once: what the single view sees, too',
  '10-crop': 'four corners and the centre of each image, and their mirror images; scores averaged',
  'multi-scale': 'each image at five scales as a whole, and its mirror images, by the fully convolutional network; scores averaged',
} as const satisfies Readonly<Record<string, string>>

export type Protocol = keyof typeof protocols
export const protocolSchema = z.enum(Object.keys(protocols) as [Protocol, ...Protocol[]])

/** Protocols under which a checkpoint can be tested later. */
export const testProtocolSchema = protocolSchema.exclude(['training-steps'])
export type TestProtocol = z.infer<typeof testProtocolSchema>
export const testProtocols: readonly TestProtocol[] = testProtocolSchema.options

/** Statistics that BN takes when a network is tested, in words. */
export const batchStatistics = {
  moving: 'moving averages of the training, as after each epoch',
  'training-set': 'averages over the training images, computed anew with the checkpoint’s weights',
} as const satisfies Readonly<Record<string, string>>

export type BatchStatistics = keyof typeof batchStatistics
export const batchStatisticsSchema = z.enum(Object.keys(batchStatistics) as [BatchStatistics, ...BatchStatistics[]])
