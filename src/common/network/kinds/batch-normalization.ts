import { z } from 'zod'
import { roleSchema } from './convolution.ts'
import { defineKind } from './kind.ts'
import { featureMap } from './shape.ts'

/** BN over batch, height and width: the shape stays, a scale and an offset a channel. */
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
