import { z } from 'zod'
import { defineKind } from './kind.ts'
import { featureMap } from './shape.ts'

/**
 * Shortcut option A (section 3.3): takes every `stride`-th pixel and appends channels of zeros: [height, width, in] -> [height / stride,
 * width / stride, out], rounded up.
 */
export const identityShortcut = defineKind({
  attributes: z.strictObject({ stride: z.int().min(1), channels: z.int().min(1) }),
  outputShape({ stride, channels }, [x]) {
    const [height, width, kept] = featureMap(x)
    if (channels < kept) throw new RangeError(`Option A pads channels with zeros and cannot narrow ${kept} to ${channels}.`)
    return [Math.ceil(height / stride), Math.ceil(width / stride), channels]
  },
  parameters: () => [],
  multiplyAdds: () => 0,
  countsAsDepth: () => false,
  keepsOutput: false,
  words: ({ stride }) => `zero-padded shortcut, stride ${stride}`,
})
