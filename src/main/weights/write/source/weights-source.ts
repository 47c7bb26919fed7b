import type { Network } from '../../../../common/network/network.ts'
import { elements } from '../../../../common/network/kinds/shape.ts'
import { batchCounters, type NamingHabit, type WeightName } from '../../../../common/weights/habit.ts'
import { toPyTorch } from '../../../../common/weights/layout.ts'
import type { LazyBytes } from '../files/protobuf.ts'

/** What brings images scaled to 0..1 to what the network sees: (image - mean) * inverseStd. */
export interface ImagePreprocessing {
  /** [height, width, channels] or [channels] */
  readonly mean: Float32Array
  /** [channels] */
  readonly inverseStd: Float32Array
}

/** A network with its weights, as it is to be written. */
export interface WeightsSource {
  readonly network: Network
  /** Added to the variances of BN. */
  readonly batchNormEpsilon: number
  readonly habit: NamingHabit
  /** Null where the data set is not here that its numbers are taken from. */
  readonly preprocessing: ImagePreprocessing | null
  /** Gives an array by its name in Skiplab; called once for each, so that not all need be in memory. */
  readonly read: (name: string) => Float32Array
  /** Words that go into the file itself, where its format has a place for them. */
  readonly metadata: Readonly<Record<string, string>>
}

/** An array of a state dict. */
export interface StateArray {
  readonly name: string
  readonly type: 'fp32' | 'int64'
  readonly shape: readonly number[]
  /** Little-endian. */
  readonly content: LazyBytes
}

/** Lists everything that PyTorch's state dict of this network holds. */
export function stateArrays({ network, habit, read }: WeightsSource): StateArray[] {
  const names = habit.names(network)
  const zeros = [...batchCounters(names), ...(habit.zeros?.(network) ?? [])]
  return [
    ...names.map((name): StateArray => ({ name: name.theirs, type: 'fp32', shape: name.theirShape, content: inPyTorchLayout(name, read) })),
    ...zeros.map(({ theirs, type, shape }): StateArray => {
      const bytes = elements(shape) * (type === 'int64' ? 8 : 4)
      return { name: theirs, type, shape, content: { bytes, chunks: () => [new Uint8Array(bytes)] } }
    }),
  ]
}

/** Gives an array's bytes as PyTorch and ONNX lay it out. */
export function inPyTorchLayout({ ours, shape, layout }: WeightName, read: WeightsSource['read']): LazyBytes {
  return { bytes: 4 * elements(shape), chunks: () => [bytesOfFloats(toPyTorch(read(ours), shape, layout))] }
}

export function bytesOfFloats(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

/** Brings a mean per pixel from [height, width, channels] to [channels, height, width]; one per channel stays. */
export function channelsFirst(mean: Float32Array, channels: number): Float32Array {
  const pixels = mean.length / channels
  return Float32Array.from(mean, (_, at) => mean[(at % pixels) * channels + Math.floor(at / pixels)]!)
}
