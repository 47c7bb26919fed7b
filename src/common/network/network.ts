import { networkDesignSchema, networkName, type NetworkDesign } from './design.ts'
import type { Layer, LayerKind, Parameter, Shape } from './layer.ts'

/** A network as data: layers in the order in which they are computed. */
export interface Network {
  readonly name: string
  readonly design: NetworkDesign
  readonly layers: readonly Layer[]
  /** Trainable numbers, BN scales and offsets and the classifier's bias included. */
  readonly parameterCount: number
  /** For one image. */
  readonly multiplyAdds: number
}

type Extent = readonly [number, number, number]
type Details<K extends LayerKind> = Omit<Extract<Layer, { kind: K }>, keyof BuiltFields | 'kind'>
interface BuiltFields {
  name: string
  inputs: readonly string[]
  inputShape: Shape
  outputShape: Shape
  parameters: readonly Parameter[]
  parameterCount: number
  multiplyAdds: number
  stage: number
  block: number
}

/** A value on its way through the network: which layer made it, and its shape. */
interface Flow<S extends Shape = Extent> {
  readonly from: string
  readonly shape: S
}

class Builder {
  readonly layers: Layer[] = []
  stage = 0
  block = 0

  private push<K extends LayerKind, S extends Shape>(
    kind: K,
    name: string,
    inputs: readonly Flow<Shape>[],
    outputShape: S,
    multiplyAdds: number,
    parameters: readonly Parameter[],
    details: Details<K>,
  ): Flow<S> {
    const built: BuiltFields = {
      name,
      inputs: inputs.map((input) => input.from),
      inputShape: inputs[0]!.shape,
      outputShape,
      parameters,
      parameterCount: parameters.reduce((sum, p) => sum + elements(p.shape), 0),
      multiplyAdds,
      stage: this.stage,
      block: this.block,
    }
    this.layers.push({ kind, ...built, ...details } as unknown as Layer)
    return { from: name, shape: outputShape }
  }

  convolution(name: string, x: Flow, filters: number, kernel: number, stride: number, role: 'main' | 'projection'): Flow {
    const [height, width, channels] = x.shape
    const out: Extent = [Math.ceil(height / stride), Math.ceil(width / stride), filters]
    const shape = [kernel, kernel, channels, filters]
    const weights: Parameter = {
      name: `${name}/weights`,
      shape,
      initializer: { kind: 'he-normal', fan: kernel * kernel * filters },
    }
    return this.push('convolution', name, [x], out, out[0] * out[1] * elements(shape), [weights], {
      kernel,
      stride,
      padding: (kernel - 1) / 2,
      role,
    })
  }

  batchNormalization(name: string, x: Flow, role: 'main' | 'projection'): Flow {
    const shape = [x.shape[2]]
    return this.push('batch-normalization', name, [x], x.shape, 0, [
      { name: `${name}/scale`, shape, initializer: { kind: 'constant', value: 1 } },
      { name: `${name}/offset`, shape, initializer: { kind: 'constant', value: 0 } },
    ], { role })
  }

  relu(name: string, x: Flow): Flow {
    return this.push('relu', name, [x], x.shape, 0, [], {})
  }

  identityShortcut(name: string, x: Flow, out: Extent, stride: number): Flow {
    return this.push('identity-shortcut', name, [x], out, 0, [], { stride })
  }

  addition(name: string, residual: Flow, shortcut: Flow): Flow {
    return this.push('addition', name, [residual, shortcut], residual.shape, 0, [], {})
  }

  globalAveragePooling(name: string, x: Flow): Flow<readonly [number]> {
    return this.push('global-average-pooling', name, [x], [x.shape[2]] as const, 0, [], {})
  }

  fullyConnected(name: string, x: Flow<readonly [number]>, classes: number): Flow<readonly [number]> {
    const [channels] = x.shape
    const bound = 1 / Math.sqrt(channels)
    return this.push('fully-connected', name, [x], [classes] as const, channels * classes, [
      { name: `${name}/weights`, shape: [channels, classes], initializer: { kind: 'uniform', bound } },
      { name: `${name}/bias`, shape: [classes], initializer: { kind: 'constant', value: 0 } },
    ], {})
  }
}

/**
 * Lays out a plain or residual 6n+2 network (section 4.2): a 3x3 stem, three stages of n pairs of 3x3
 * layers with stride 2 at the start of stages 2 and 3, global average pooling and a classifier.
 * BN follows each convolution, ReLU follows BN, a block's last ReLU follows the addition.
 * @throws Error when option A is asked to narrow a feature map, which zero padding cannot do.
 */
export function buildNetwork(input: NetworkDesign): Network {
  const design = resolveDesign(input)
  const b = new Builder()
  let x = conv(b, 'stem', { from: 'input', shape: design.inputShape }, design.widths[0], 1, true)
  design.widths.forEach((width, index) => {
    b.stage = index + 1
    for (b.block = 1; b.block <= design.n; b.block++) x = pair(b, design, x, width, index > 0 && b.block === 1 ? 2 : 1)
  })
  b.stage = 0
  b.block = 0
  b.fullyConnected('classifier', b.globalAveragePooling('pooling', x), design.classes)
  return {
    name: networkName(design),
    design,
    layers: b.layers,
    parameterCount: b.layers.reduce((sum, layer) => sum + layer.parameterCount, 0),
    multiplyAdds: b.layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
  }
}

/** Validates a design and drops what its family ignores, so that equal networks have equal designs. */
export function resolveDesign(input: NetworkDesign): NetworkDesign {
  const design = networkDesignSchema.parse(input)
  if (design.family === 'plain') return { ...design, shortcut: 'A' }
  const [first, second, third] = design.widths
  if (design.shortcut === 'A' && (second < first || third < second)) {
    throw new Error(
      `Shortcut option A pads channels with zeros, so widths must not decrease; got ${design.widths.join(', ')}. Choose B or C, or other widths.`,
    )
  }
  return design
}

/** Convolution and BN, with ReLU where `activate`. */
function conv(b: Builder, prefix: string, x: Flow, filters: number, stride: number, activate: boolean, index = ''): Flow {
  const y = b.convolution(`${prefix}.convolution${index}`, x, filters, 3, stride, 'main')
  const normalized = b.batchNormalization(`${prefix}.normalization${index}`, y, 'main')
  return activate ? b.relu(`${prefix}.relu${index}`, normalized) : normalized
}

/** Two 3x3 layers and, in residual nets, the shortcut around them. */
function pair(b: Builder, design: NetworkDesign, x: Flow, width: number, stride: number): Flow {
  const prefix = `stage${b.stage}.block${b.block}`
  const first = conv(b, prefix, x, width, stride, true, '1')
  if (design.family === 'plain') return conv(b, prefix, first, width, 1, true, '2')
  const residual = conv(b, prefix, first, width, 1, false, '2')
  const sum = b.addition(`${prefix}.addition`, residual, shortcut(b, design, prefix, x, residual.shape, stride))
  return b.relu(`${prefix}.relu2`, sum)
}

function shortcut(b: Builder, design: NetworkDesign, prefix: string, x: Flow, out: Extent, stride: number): Flow {
  const grows = stride !== 1 || x.shape[2] !== out[2]
  if (design.shortcut === 'C' || (design.shortcut === 'B' && grows)) {
    const y = b.convolution(`${prefix}.projection`, x, out[2], 1, stride, 'projection')
    return b.batchNormalization(`${prefix}.projection-normalization`, y, 'projection')
  }
  return grows ? b.identityShortcut(`${prefix}.shortcut`, x, out, stride) : x
}

/** Product of a shape's sizes. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
