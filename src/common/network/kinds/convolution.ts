import { z } from 'zod'
import { defineKind } from './kind.ts'
import { elements, featureMap, slidingExtent } from './shape.ts'

/** A projection belongs to a shortcut, all else is on the main path. */
export const roleSchema = z.enum(['main', 'projection'])

/** A gate belongs to a highway block. */
const convolutionRoleSchema = z.enum([...roleSchema.options, 'gate'])
export type ConvolutionRole = z.infer<typeof convolutionRoleSchema>

/** [height, width, in] -> [height / stride, width / stride, filters]. */
export const convolution = defineKind({
  attributes: z.strictObject({
    kernel: z.int().min(1),
    stride: z.int().min(1),
    /** Zero rows and columns added on each side. */
    padding: z.int().min(0),
    filters: z.int().min(1),
    role: convolutionRoleSchema,
    /** Start of each filter's bias; null for none, as where BN has the offset. */
    bias: z.number().nullable(),
  }),
  outputShape({ kernel, stride, padding, filters }, [x]) {
    const [height, width] = featureMap(x)
    return [slidingExtent(height, kernel, stride, padding), slidingExtent(width, kernel, stride, padding), filters]
  },
  parameters(name, { kernel, filters, bias }, [x]) {
    const channels = featureMap(x)[2]
    const shape = [kernel, kernel, channels, filters]
    const fans = { fanIn: kernel * kernel * channels, fanOut: kernel * kernel * filters }
    return [
      { name: `${name}/weights`, shape, initializer: { kind: 'variance-scaling', ...fans } },
      ...(bias === null ? [] : [{ name: `${name}/bias`, shape: [filters], initializer: { kind: 'constant', value: bias } } as const]),
    ]
  },
  multiplyAdds: ({ kernel }, [x], output) => elements(output) * kernel * kernel * featureMap(x)[2],
  countsAsDepth: ({ role }) => role === 'main',
  keepsOutput: true,
  words: ({ kernel, stride, role }) =>
    `${kernel}×${kernel} convolution${stride > 1 ? `, stride ${stride}` : ''}${role === 'main' ? '' : `, ${role}`}`,
})
