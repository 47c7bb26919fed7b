import { z } from 'zod'
import { roleSchema } from './convolution.ts'
import { defineKind } from './kind.ts'
import { featureMap } from './shape.ts'

/** Normalizes over batch, height and width: [height, width, channels] -> the same; scale and offset [channels]. */
export const batchNormalization = defineKind({
  attributes: z.strictObject({ role: roleSchema }),
  outputShape: (_, [x]) => featureMap(x),
  parameters(name, _, [x]) {
    const shape = [featureMap(x)[2]]
    return [
      { name: `${name}/scale`, shape, initializer: { kind: 'constant', value: 1 } },
      { name: `${name}/offset`, shape, initializer: { kind: 'constant', value: 0 } },
    ]
  },
  multiplyAdds: () => 0,
  countsAsDepth: () => false,
  keepsOutput: true,
  words: () => 'BN',
})
