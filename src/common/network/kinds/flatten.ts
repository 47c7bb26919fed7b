import { z } from 'zod'
import { defineKind } from './kind.ts'
import { elements, featureMap } from './shape.ts'

/** [height, width, channels] -> [height * width * channels], row by row, the channels of a pixel side by side. */
export const flatten = defineKind({
  attributes: z.strictObject({}),
  outputShape: (_, [x]) => [elements(featureMap(x))],
  parameters: () => [],
  multiplyAdds: () => 0,
  countsAsDepth: () => false,
  keepsOutput: false,
  words: () => 'flattening',
})
