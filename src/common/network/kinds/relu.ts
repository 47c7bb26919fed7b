import { z } from 'zod'
import { defineKind } from './kind.ts'

/** Computes max(0, x) of each number; the shape stays. */
export const relu = defineKind({
  attributes: z.strictObject({}),
  outputShape: (_, [x]) => x!,
  parameters: () => [],
  multiplyAdds: () => 0,
  countsAsDepth: () => false,
  keepsOutput: false,
  words: () => 'ReLU',
})
