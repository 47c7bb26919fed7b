import { SkiplabError } from '../../../common/failure.ts'
import { elements } from '../../../common/network/kinds/shape.ts'
import type { Network } from '../../../common/network/network.ts'
import type { WeightMatch } from '../../../common/weights/match/match.ts'
import { fromPyTorch } from '../../../common/weights/layout.ts'
import type { WeightFile } from './source/weight-file.ts'

/** An array of a network, whose numbers are read when they are asked for. */
export interface TakenArray {
  /** As checkpoints have it: `stem.convolution/weights`. */
  readonly name: string
  readonly shape: readonly number[]
  readonly values: () => Float32Array
}

/**
 * Takes the matched arrays out of a file, laid out as Skiplab has them. Biases in front of BN go into its running means, and the first
 * convolution of nets that read blue first has its inputs turned round; neither changes a score.
 * @throws SkiplabError bad-input, when the numbers are read, where they are not finite
 */
export function takeWeights(file: WeightFile, network: Network, match: WeightMatch, channelOrder: 'rgb' | 'bgr'): TakenArray[] {
  const stored = new Map(file.tensors.map((tensor) => [tensor.name, tensor]))
  const numbersOf = (name: string) => stored.get(name)!.values()
  const biases = new Map(match.folded.map(({ bias, mean }) => [mean, bias.stored]))
  const first = network.layers.find(({ kind, inputs }) => kind === 'convolution' && inputs[0] === 'input')?.parameters[0]?.name
  return match.arrays.map(({ name: { ours, shape, layout }, from }) => ({
    name: ours,
    shape,
    values() {
      const given = numbersOf(from.stored)
      requireFinite(from.stored, given)
      const laidOut = from.isOwnLayout ? given : fromPyTorch(given, shape, layout)
      if (ours === first && channelOrder === 'bgr') return reversedInputs(laidOut, shape)
      const bias = biases.get(ours)
      return bias === undefined ? laidOut : difference(laidOut, numbersOf(bias))
    },
  }))
}

function requireFinite(name: string, values: Float32Array): void {
  for (const value of values) {
    if (!Number.isFinite(value))
      throw new SkiplabError(
        'bad-input',
        `${name} holds numbers that are not finite: the network diverged or the file is damaged. Nothing was imported.`,
      )
  }
}

function difference(values: Float32Array, subtracted: Float32Array): Float32Array {
  return values.map((value, at) => value - subtracted[at]!)
}

/** [height, width, in, out]: the last input first. */
function reversedInputs(values: Float32Array, shape: readonly number[]): Float32Array {
  const [, , inputs, filters] = shape as [number, number, number, number]
  const reversed = new Float32Array(elements(shape))
  for (let row = 0; row < values.length / filters; row++) {
    const pixel = Math.floor(row / inputs)
    const to = (pixel * inputs + (inputs - 1 - (row % inputs))) * filters
    reversed.set(values.subarray(row * filters, (row + 1) * filters), to)
  }
  return reversed
}
