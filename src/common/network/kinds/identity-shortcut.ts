import { z } from 'zod'
import { defineKind } from './kind.ts'
import { featureMap } from './shape.ts'

/**
 * Shortcut option A (section 3.3): takes every `stride`-th pixel and pads with channels of zeros: [height, width, in] -> [height / stride,
 * width / stride, channels], rounded up. `zerosBefore` of the new channels stand before those of the input, the others behind them.
 */
export const identityShortcut = defineKind({
  attributes: z.strictObject({ stride: z.int().min(1), channels: z.int().min(1), zerosBefore: z.int().min(0) }),
  outputShape({ stride, channels, zerosBefore }, [x]) {
    const [height, width, kept] = featureMap(x)
    if (channels < kept) throw new RangeError(`Option A pads channels with zeros and cannot narrow ${kept} to ${channels}.`)
    if (zerosBefore > channels - kept)
      throw new RangeError(`${zerosBefore} channels of zeros are more than the ${channels - kept} new ones.`)
    return [Math.ceil(height / stride), Math.ceil(width / stride), channels]
  },
  parameters: () => [],
  multiplyAdds: () => 0,
  countsAsDepth: () => false,
  keepsOutput: false,
  words: ({ stride, zerosBefore }) => `zero-padded shortcut, stride ${stride}${zerosBefore > 0 ? ', zeros on both sides' : ''}`,
})
