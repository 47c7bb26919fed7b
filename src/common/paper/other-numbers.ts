import { z } from 'zod'
import { imagenetNetworks, vggNetworks } from './imagenet.ts'
import { deepResidualLearning, review, sourceSchema } from './source.ts'

/** What the review's small experiment came to: epochs of one 3x3 convolution until its L1 loss was below `loss`, read off its curves. */
export const identityReported = { loss: 0.01, zeroEpochs: 3.5, identityEpochs: 10, source: review('Further investigations') } as const

/** How long the review's plain net of 20 layers took on a CPU, at least. */
const reproductionTime = { hours: 10, source: review('CIFAR-10 reproduction') } as const

/** A published number that is no error of a network: what nets cost, and what the review measured besides. */
export const otherNumberSchema = z.strictObject({
  /** "ResNet-50". */
  name: z.string(),
  /** What is counted, for people. */
  measured: z.string(),
  unit: z.enum(['multiply-adds', 'parameters', 'epochs', 'hours']),
  value: z.number(),
  /** Whether the source gives the number, one near it or only that it is more. */
  said: z.enum(['exactly', 'about', 'more than']),
  source: sourceSchema,
})
export type OtherNumber = Readonly<z.infer<typeof otherNumberSchema>>

const costs = { measured: 'multiply-adds for one 224×224 image', unit: 'multiply-adds', said: 'about' } as const

/** Every published number of the paper and its review that is no error. */
export const otherNumbers: readonly OtherNumber[] = [
  ...imagenetNetworks.flatMap(({ layers, multiplyAdds, parameters }): OtherNumber[] => {
    const shared = { name: `ResNet-${layers}`, source: deepResidualLearning('Table 1') }
    return [
      { ...shared, ...costs, value: multiplyAdds },
      { ...shared, measured: 'parameters, shortcut option B', unit: 'parameters', value: parameters, said: 'exactly' },
    ]
  }),
  ...vggNetworks.map(({ name, multiplyAdds }): OtherNumber => ({
    name,
    ...costs,
    value: multiplyAdds,
    source: deepResidualLearning('Section 4.1'),
  })),
  learned('output zero, as beside a shortcut', identityReported.zeroEpochs),
  learned('output the input, as without one', identityReported.identityEpochs),
  {
    name: 'PlainNet-20',
    measured: 'training of 164 epochs on a CPU',
    unit: 'hours',
    value: reproductionTime.hours,
    said: 'more than',
    source: reproductionTime.source,
  },
]

function learned(what: string, value: number): OtherNumber {
  const measured = `until the L1 loss of “${what}” is below ${identityReported.loss}`
  return { name: 'one 3×3 convolution', measured, unit: 'epochs', value, said: 'about', source: identityReported.source }
}
