import type { Layer } from '../../../../../common/network/graph/layer.ts'
import { attr, type Attribute, type DataType, type Graph, type Tensor } from '../graph/graph.ts'

/**
 * Which ops of our own the program takes. `normalization`: BN with addition and ReLU, images, option A, max pooling. `winograd`:
 * convolutions too, 3x3 with stride 1 and, in evaluation, others as well. `wide`: in training those others, too, that have many channels.
 * `all`: all in training, too.
 */
export type OwnKernels = 'none' | 'normalization' | 'winograd' | 'wide' | 'all'

/** Whether a program takes our own convolutions. */
export function takesOwnConvolutions({ ownKernels }: Pick<LayerBuild, 'ownKernels'>): boolean {
  return ownKernels !== 'none' && ownKernels !== 'normalization'
}

/** What a layer's forward and backward need besides their inputs. */
export interface LayerBuild {
  readonly graph: Graph
  /** Element type of activations and convolutions: DT_FLOAT or DT_BFLOAT16. */
  readonly compute: DataType
  readonly batchNormEpsilon: number
  /** Whether ops of our own (native/, CPU only) take the place of TensorFlow's where they are faster. */
  readonly ownKernels: OwnKernels
  /** Gives a parameter or running statistic by its full name: fp32, except that training has convolutions' weights in the compute type. */
  readonly value: (name: string) => Tensor
  /** Says for a layer of stochastic depth whether its branch survives this step: fp32 [], 1 or 0. */
  readonly survives: (layer: string) => Tensor
  /** Set where BN normalizes by its running statistics, as in a test, though a backward pass follows; left out for those of the batch. */
  readonly normalizesBy?: 'running'
  /** Takes the loss's gradient for a parameter, in the type in which the parameter came. */
  onGradient(parameter: string, gradient: Tensor): void
  /** Takes a batch's mean and variance for the running statistics, fp32 [channels]. */
  onBatchStatistic(name: string, value: Tensor): void
}

/** What a layer's inference needs besides its inputs. */
export type InferenceBuild = Pick<LayerBuild, 'graph' | 'compute' | 'ownKernels' | 'value' | 'batchNormEpsilon'>

/** A layer in the training program: its output and, given the output's gradient, its inputs' gradients. */
export interface Trained {
  readonly output: Tensor
  /** Set when `backward` takes the gradients of up to two consumers and adds them by itself; else the caller does. */
  readonly addsGradients?: true
  /**
   * Adds the backward nodes.
   * @returns one gradient per input; null where `needed` says that nobody asks for it
   */
  backward(gradient: Tensor, needed: readonly boolean[], otherGradient?: Tensor): (Tensor | null)[]
}

/** Gives the type attribute of ops on activations. */
export function computeType(build: Pick<LayerBuild, 'compute'>): { T: Attribute } {
  return { T: attr.type(build.compute) }
}

/** Gives the shape of a layer's output: [batch, ...shape]. */
export function batched(batch: number, layer: Pick<Layer, 'outputShape'>): number[] {
  return [batch, ...layer.outputShape]
}
