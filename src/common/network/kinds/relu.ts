import { z } from 'zod'
import { defineKind } from './kind.ts'

/** max(0, x) of each number. */
export const relu = defineKind({
  attributes: z.strictObject({}),
  outputShape: (_, [x]) => x!,
  parameters: () => [],
  multiplyAdds: () => 0,
  countsAsDepth: () => false,
  keepsOutput: false,
  words: () => 'ReLU',
})
