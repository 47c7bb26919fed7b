import { z } from 'zod'
import { defineKind } from './kind.ts'

/** The residual function F(x), which is inputs[0], plus the shortcut, inputs[1]. */
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
