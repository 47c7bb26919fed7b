/** An array of a file by the name and shape that it has there. */
export interface NamedShape {
  readonly name: string
  readonly shape: readonly number[]
}

/** An array with its name as public codes have it: without what wrappers put before it, weights laid out as in PyTorch. */
export interface FileArray extends NamedShape {
  /** `layer1.0.conv1` */
  readonly module: string
  /** `weight`, `bias`, `running_mean` or `running_var`; anything for what no layer has. */
  readonly leaf: string
  /** Name in the file. */
  readonly stored: string
  /** Whether the file lays weights out as Skiplab does: [height, width, in, out] and [in, out]. */
  readonly isOwnLayout: boolean
}

/** Wrappers of PyTorch and of training scripts. */
const wrappers = /^(?:module|_orig_mod|model|net|network|backbone|encoder|resnet)\./
/** What is counted and never computed with, and momenta of Skiplab's own checkpoints. */
const beside = /(?:^|\.)num_batches_tracked$|^momentum\//
const ownLeaves: Readonly<Record<string, string>> = {
  weights: 'weight',
  scale: 'weight',
  bias: 'bias',
  offset: 'bias',
  'running-mean': 'running_mean',
  'running-variance': 'running_var',
}
/** TensorFlow lays weights out as Skiplab does. */
const kerasLeaves: Readonly<Record<string, string>> = {
  kernel: 'weight',
  gamma: 'weight',
  beta: 'bias',
  bias: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
}

/** Takes away what stands around the names of a network's own arrays. Those of Skiplab's checkpoints and of Keras get PyTorch's shapes. */
export function fileArrays(stored: readonly NamedShape[]): FileArray[] {
  const counted = stored.filter(({ name }) => !beside.test(name))
  let prefix = ''
  for (;;) {
    const wrapper = wrappers.exec(counted[0]?.name.slice(prefix.length) ?? '')?.[0]
    if (wrapper === undefined || !counted.every(({ name }) => name.startsWith(prefix + wrapper))) break
    prefix += wrapper
  }
  return counted.map((array) => fileArray(array, prefix))
}

/** Whether Keras or TensorFlow named them. */
export function isOfKeras(arrays: readonly FileArray[]): boolean {
  return arrays.some(({ stored }) => /\/(?:kernel|moving_mean)$/.test(stored))
}

function fileArray({ name: stored, shape }: NamedShape, prefix: string): FileArray {
  const [, layer, part] = /^([^/]+)\/([a-z_-]+)$/.exec(stored) ?? []
  const leaf = part === undefined ? undefined : (ownLeaves[part] ?? kerasLeaves[part])
  if (layer !== undefined && leaf !== undefined) {
    const module = layer.replaceAll('-', '_')
    return { name: `${module}.${leaf}`, module, leaf, shape: inPyTorch(shape), stored, isOwnLayout: true }
  }
  const name = stored.slice(prefix.length)
  const dot = name.lastIndexOf('.')
  return { name, module: name.slice(0, Math.max(0, dot)), leaf: name.slice(dot + 1), shape, stored, isOwnLayout: false }
}

function inPyTorch(shape: readonly number[]): readonly number[] {
  const [a, b, c, d] = shape
  if (shape.length === 2) return [b!, a!]
  return shape.length === 4 ? [d!, c!, a!, b!] : shape
}
