import { z } from 'zod'
import { defineKind } from './kind.ts'
import { featureMap } from './shape.ts'

/** Option A (section 3.3): every `stride`-th pixel of the input, new channels zero, appended after the old ones. */
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
