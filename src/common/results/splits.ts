import { z } from 'zod'
import { splitResultSchema } from './metrics.ts'
import type { Protocol } from './protocols.ts'

/** What an epoch was measured on. `validation` is left out where the run validates on nothing. */
export const epochResultsSchema = z.strictObject({
  train: splitResultSchema,
  validation: splitResultSchema.optional(),
  test: splitResultSchema,
})
export type EpochResults = z.infer<typeof epochResultsSchema>

export const splitSchema = epochResultsSchema.keyof()
export type Split = z.infer<typeof splitSchema>
export const splitNames: readonly Split[] = splitSchema.options

/** How each split is measured after every epoch. */
export const epochProtocols: Readonly<Record<Split, Protocol>> = {
  train: 'training-steps',
  validation: 'single-view',
  test: 'single-view',
}
