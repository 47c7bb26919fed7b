import { z } from 'zod'
import { defineKind } from './kind.ts'

/**
 * A highway block's end (Highway Networks, eq. 3): T * H + (1 - T) * shortcut, where T is the sigmoid of the gate. H is inputs[0], the
 * shortcut inputs[1], the gate before its sigmoid inputs[2].
 */
export const gatedAddition = defineKind({
  attributes: z.strictObject({}),
  outputShape(_, inputs) {
    const shapes = inputs.map((shape) => `[${shape.join(', ')}]`)
    if (shapes.length !== 3 || shapes.some((shape) => shape !== shapes[0]))
      throw new RangeError(`A gated addition takes three equal shapes; got ${shapes.join(', ')}.`)
    return inputs[0]!
  },
  parameters: () => [],
  multiplyAdds: () => 0,
  countsAsDepth: () => false,
  keepsOutput: true,
  words: (_, [transformed, shortcut, gate]) => `gated addition of ${transformed} + ${shortcut}, gate ${gate}`,
})
