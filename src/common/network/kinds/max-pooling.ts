import { z } from 'zod'
import { defineKind } from './kind.ts'
import { featureMap, slidingExtent } from './shape.ts'

/**
 * Takes the largest number in each window of a channel; padding is minus infinity: [height, width, channels] -> [height / stride, width /
 * stride, channels], rounded up.
 */
export const maxPooling = defineKind({
  attributes: z.strictObject({ kernel: z.int().min(1), stride: z.int().min(1), padding: z.int().min(0) }),
  outputShape({ kernel, stride, padding }, [x]) {
    const [height, width, channels] = featureMap(x)
    if (2 * padding > kernel)
      throw new RangeError(`A max pool's padding may be half its kernel at most; got ${padding} for ${kernel}×${kernel}.`)
    return [slidingExtent(height, kernel, stride, padding), slidingExtent(width, kernel, stride, padding), channels]
  },
  parameters: () => [],
  multiplyAdds: () => 0,
  countsAsDepth: () => false,
  keepsOutput: true,
  words: ({ kernel, stride }) => `${kernel}×${kernel} max pool, stride ${stride}`,
})
