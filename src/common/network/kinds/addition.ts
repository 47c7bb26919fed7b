import { z } from 'zod'
import { defineKind } from './kind.ts'

/** Adds the residual function F(x), which is inputs[0], and the shortcut, inputs[1]; all three shapes are equal. */
export const addition = defineKind({
  attributes: z.strictObject({}),
  outputShape(_, [residual, shortcut]) {
    if (residual?.join() !== shortcut?.join())
      throw new RangeError(`Only equal shapes can be added; got [${residual?.join(', ')}] and [${shortcut?.join(', ')}].`)
    return residual!
  },
  parameters: () => [],
  multiplyAdds: () => 0,
  countsAsDepth: () => false,
  keepsOutput: false,
  words: (_, inputs) => `addition of ${inputs.join(' + ')}`,
})
