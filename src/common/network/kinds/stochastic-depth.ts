import { z } from 'zod'
import { defineKind } from './kind.ts'

/**
 * Leaves a residual branch out of a training step with probability 1 - `survival`, in all images of the batch; scales it by `survival` in
 * evaluation (Deep Networks with Stochastic Depth, eqs. 2 and 5). The shape stays.
 */
export const stochasticDepth = defineKind({
  attributes: z.strictObject({ survival: z.number().gt(0).max(1) }),
  outputShape: (_, [x]) => x!,
  parameters: () => [],
  multiplyAdds: () => 0,
  countsAsDepth: () => false,
  keepsOutput: false,
  words: ({ survival }) => `stochastic depth, survival ${Number(survival.toFixed(3))}`,
})
