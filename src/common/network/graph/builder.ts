import type { ConvolutionRole } from '../kinds/convolution.ts'
import { kinds, type Attributes, type LayerKind } from '../kinds/kinds.ts'
import { elements, type Shape } from '../kinds/shape.ts'
import type { Layer, LayerBase, LayerOf } from './layer.ts'

/** The output of a layer while the network is built: the layer's name and the output's shape. */
export interface Flow {
  readonly from: string
  readonly shape: Shape
}

/** Builds a graph layer by layer; the order of the calls is the order of computation. */
export class NetworkBuilder {
  readonly layers: Layer[] = []
  readonly #names = new Set<string>()

  /**
   * Adds a layer.
   * @param name unique, a dotted path
   * @throws RangeError naming the layer when its inputs do not fit its kind
   */
  add<K extends LayerKind>(kind: K, name: string, inputs: readonly Flow[], attributes: Attributes<K>): Flow {
    const shapes = inputs.map(({ shape }) => shape)
    const definition = kinds[kind]
    const outputShape = this.#shape(name, () => definition.outputShape(attributes, shapes))
    const parameters = definition.parameters(name, attributes, shapes)
    const base: LayerBase = {
      name,
      inputs: inputs.map(({ from }) => from),
      inputShape: shapes[0]!,
      outputShape,
      parameters,
      parameterCount: parameters.reduce((sum, parameter) => sum + elements(parameter.shape), 0),
      multiplyAdds: definition.multiplyAdds(attributes, shapes, outputShape),
    }
    this.#names.add(name)
    const layer: LayerOf<K> = { ...base, kind, attributes }
    // A layer of any kind is one of the union; the compiler does not see it while the kind is a variable.
    this.layers.push(layer as Layer)
    return { from: name, shape: outputShape }
  }

  #shape(name: string, rule: () => Shape): Shape {
    if (this.#names.has(name)) throw new RangeError(`Two layers are called ${name}.`)
    try {
      const shape = rule()
      if (shape.some((size) => size < 1))
        throw new RangeError(`The feature map would be [${shape.join(', ')}]: the input is too small for this network.`)
      return shape
    } catch (error) {
      throw error instanceof RangeError ? new RangeError(`${name}: ${error.message}`) : error
    }
  }

  convolution(
    name: string,
    x: Flow,
    options: { filters: number; kernel: number; stride?: number; padding?: number; role?: ConvolutionRole; bias?: number | null },
  ): Flow {
    const { filters, kernel, stride = 1, padding = Math.floor((kernel - 1) / 2), role = 'main', bias = null } = options
    return this.add('convolution', name, [x], { filters, kernel, stride, padding, role, bias })
  }

  batchNormalization(name: string, x: Flow, role: 'main' | 'projection' = 'main'): Flow {
    return this.add('batch-normalization', name, [x], { role })
  }

  relu(name: string, x: Flow): Flow {
    return this.add('relu', name, [x], {})
  }

  addition(name: string, residual: Flow, shortcut: Flow): Flow {
    return this.add('addition', name, [residual, shortcut], {})
  }

  maxPooling(name: string, x: Flow, kernel: number, stride: number, padding: number): Flow {
    return this.add('max-pooling', name, [x], { kernel, stride, padding })
  }

  /** Adds global average pooling and a fully connected layer: [height, width, channels] -> [classes]. */
  classifier(x: Flow, classes: number): Flow {
    return this.add('fully-connected', 'classifier', [this.add('global-average-pooling', 'pooling', [x], {})], { outputs: classes })
  }
}
