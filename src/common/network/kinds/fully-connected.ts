import { z } from 'zod'
import { defineKind } from './kind.ts'

/**
 * Maps [features] -> [outputs] with weights [features, outputs] and a bias [outputs]. Weights start uniform within 1 / sqrt(features), as
 * in PyTorch, whatever the design's `initialization`: hidden layers that followed it would change the numbers of earlier runs of VGG nets,
 * which have the same hash.
 */
export const fullyConnected = defineKind({
  attributes: z.strictObject({ outputs: z.int().min(1) }),
  outputShape({ outputs }, [x]) {
    if (x?.length !== 1) throw new RangeError(`A fully connected layer takes [features]; got [${x?.join(', ')}].`)
    return [outputs]
  },
  parameters(name, { outputs }, [x]) {
    const features = x![0]
    return [
      { name: `${name}/weights`, shape: [features, outputs], initializer: { kind: 'uniform', bound: 1 / Math.sqrt(features) } },
      { name: `${name}/bias`, shape: [outputs], initializer: { kind: 'constant', value: 0 } },
    ]
  },
  multiplyAdds: ({ outputs }, [x]) => x![0] * outputs,
  countsAsDepth: () => true,
  keepsOutput: false,
  words: () => 'fully connected',
})
