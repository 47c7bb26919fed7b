import { z } from 'zod'
import { defineKind } from './kind.ts'
import { featureMap } from './shape.ts'

/** Takes the mean of each channel: [height, width, channels] -> [channels]. */
export const globalAveragePooling = defineKind({
  attributes: z.strictObject({}),
  outputShape: (_, [x]) => [featureMap(x)[2]],
  parameters: () => [],
  multiplyAdds: () => 0,
  countsAsDepth: () => false,
  keepsOutput: false,
  words: () => 'global average pooling',
})
