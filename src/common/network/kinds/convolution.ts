import { z } from 'zod'
import { defineKind } from './kind.ts'
import { elements, featureMap, slidingExtent } from './shape.ts'

/** A projection belongs to a shortcut, all else is on the main path. */
export const roleSchema = z.enum(['main', 'projection'])

/** [height, width, in] -> [height / stride, width / stride, filters], without bias: BN has the offset. */
export const convolution = defineKind({
  attributes: z.strictObject({
    kernel: z.int().min(1),
    stride: z.int().min(1),
    /** Zero rows and columns added on each side. */
    padding: z.int().min(0),
    filters: z.int().min(1),
    role: roleSchema,
  }),
  outputShape({ kernel, stride, padding, filters }, [x]) {
    const [height, width] = featureMap(x)
    return [slidingExtent(height, kernel, stride, padding), slidingExtent(width, kernel, stride, padding), filters]
  },
  parameters(name, { kernel, filters }, [x]) {
    const shape = [kernel, kernel, featureMap(x)[2], filters]
    return [{ name: `${name}/weights`, shape, initializer: { kind: 'he-normal', fan: kernel * kernel * filters } }]
  },
  multiplyAdds: ({ kernel }, [x], output) => elements(output) * kernel * kernel * featureMap(x)[2],
  countsAsDepth: ({ role }) => role === 'main',
  keepsOutput: true,
  words: ({ kernel, stride, role }) =>
    `${kernel}×${kernel} convolution${stride > 1 ? `, stride ${stride}` : ''}${role === 'projection' ? ', projection' : ''}`,
})
