import type { FileArray } from './file-arrays.ts'

/** Arrays of a file by the kind of layer that they are of, in the order of the file. */
export interface FileLayers {
  readonly names: ReadonlySet<string>
  /** The first convolution: it reads the fewest channels. */
  readonly stem: FileArray | undefined
  /** Weights of all convolutions, the stem's among them: [out, in, height, width]. */
  readonly convolutions: readonly FileArray[]
  /** Convolutions of the blocks' main path. */
  readonly main: readonly FileArray[]
  /** Convolutions of shortcuts, where names tell them. */
  readonly projections: readonly FileArray[]
  readonly gates: readonly FileArray[]
  /** Scales of BN [channels]. */
  readonly normalizations: readonly FileArray[]
  /** Weights [out, in], the classifier last. */
  readonly fullyConnected: readonly FileArray[]
}

const ofShortcut = /(?:^|[._])(?:downsample|shortcut|projection|skip|conv_?shortcut|convsc)(?:[._]|\d|$)/i
const ofGate = /(?:^|[._])gate(?:[._]|$)/i

export function layersOf(arrays: readonly FileArray[]): FileLayers {
  const convolutions = arrays.filter(({ leaf, shape }) => leaf === 'weight' && shape.length === 4)
  const statistics = new Set(arrays.filter(({ leaf }) => leaf === 'running_mean').map(({ module }) => module))
  const fewest = Math.min(...convolutions.map(({ shape }) => shape[1]!))
  const stem = convolutions.find(({ shape }) => shape[1] === fewest)
  const others = convolutions.filter((array) => array !== stem)
  const gates = others.filter(({ module }) => ofGate.test(module))
  const projections = others.filter((array) => ofShortcut.test(array.module) && !gates.includes(array))
  return {
    names: new Set(arrays.map(({ name }) => name)),
    stem,
    convolutions,
    main: others.filter((array) => !gates.includes(array) && !projections.includes(array)),
    projections,
    gates,
    normalizations: arrays.filter(({ leaf, shape, module }) => leaf === 'weight' && shape.length === 1 && statistics.has(module)),
    fullyConnected: arrays
      .filter(({ leaf, shape }) => leaf === 'weight' && shape.length === 2)
      .sort((a, b) => Number(a.module === 'classifier') - Number(b.module === 'classifier')),
  }
}
