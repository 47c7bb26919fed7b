import { designAt, networkDesignSchema, type NetworkDesign } from '../src/common/network/design.ts'

/** A network that both sides train. */
export interface Workload {
  readonly name: string
  readonly design: NetworkDesign
  readonly batchSize: number
  /** In a round: about two seconds' worth. */
  readonly steps: number
}

/** A network for CIFAR-10, 6n+2 layers. */
export interface CifarWorkload extends Workload {
  readonly family: 'plain' | 'residual'
  readonly n: number
}

function cifar(name: string, family: 'plain' | 'residual', n: number, steps: number, batchSize: number): CifarWorkload {
  return { name, family, n, steps, batchSize, design: networkDesignSchema.parse({ family, n }) }
}

function imagenet(name: string, family: 'plain' | 'residual', depth: number, size: number, batchSize: number, steps: number): Workload {
  const design = designAt('imagenet', { family, depth, shortcut: 'B', inputShape: [size, size, 3], classes: 10 })
  return { name: `${name}, ${size} px`, design, batchSize, steps }
}

export const cifarWorkloads = (batchSize: number): CifarWorkload[] => [
  cifar('ResNet-20', 'residual', 3, 10, batchSize),
  cifar('ResNet-56', 'residual', 9, 4, batchSize),
  cifar('PlainNet-56', 'plain', 9, 4, batchSize),
]

/** The paper's nets for ImageNet at the sizes of a subset and of the paper; batches that four processes hold side by side in 16 GB. */
export const imagenetWorkloads: readonly Workload[] = [
  imagenet('ResNet-18', 'residual', 18, 64, 64, 2),
  imagenet('ResNet-18', 'residual', 18, 224, 8, 2),
  imagenet('PlainNet-18', 'plain', 18, 64, 64, 2),
  imagenet('PlainNet-18', 'plain', 18, 224, 8, 2),
  imagenet('ResNet-50', 'residual', 50, 64, 64, 1),
  imagenet('ResNet-50', 'residual', 50, 224, 8, 1),
]
