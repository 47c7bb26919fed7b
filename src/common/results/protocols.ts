import { z } from 'zod'

/** How images are shown to the network when a result is measured, in words. A new protocol is a name here. */
export const protocols = {
  'training-steps': "mean over an epoch's own training steps, with augmentation, as the paper draws it",
  'single-view': 'each image once, without augmentation, with running statistics',
} as const satisfies Readonly<Record<string, string>>

export type Protocol = keyof typeof protocols
export const protocolSchema = z.enum(Object.keys(protocols) as [Protocol, ...Protocol[]])
