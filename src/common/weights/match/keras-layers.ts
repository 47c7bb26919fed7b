/** A layer of a model as Keras tells it. */
export interface KerasLayer {
  /** `conv2_block1_1_conv` */
  readonly name: string
  /** `Conv2D` */
  readonly className: string
  /** What it was made with: `filters`, `strides`, `padding`, `epsilon` ... */
  readonly config: Readonly<Record<string, unknown>>
  /** Names of the layers that it reads. */
  readonly inputs: readonly string[]
  /** Of a model that stands in the model; else none. */
  readonly layers: readonly KerasLayer[]
}

/** Models in models: a backbone with a head, and its preprocessing. */
const mostLevels = 4
const mostNesting = 10

/**
 * Finds the layers in what Keras writes of a model, in their order.
 * @returns null where it is no model of layers, such as one whose program makes them
 */
export function kerasLayersOf(model: unknown, level = 0): KerasLayer[] | null {
  const whole = recordOf(model)
  const layers = recordOf(whole?.config)?.layers
  if (!Array.isArray(layers) || level > mostLevels) return null
  const known = layers.flatMap((each: unknown): KerasLayer[] => {
    const layer = recordOf(each)
    const config = recordOf(layer?.config)
    const className = layer?.class_name
    const name = config?.name ?? layer?.name
    if (!layer || !config || typeof className !== 'string' || typeof name !== 'string') return []
    const inner = kerasLayersOf(layer, level + 1) ?? []
    return [{ name, className, config, inputs: [...new Set(inputsIn(layer.inbound_nodes))], layers: inner }]
  })
  // One behind the other, which is not written down.
  const isSequence = whole?.class_name === 'Sequential'
  return isSequence ? known.map((layer, index) => ({ ...layer, inputs: index === 0 ? [] : [known[index - 1]!.name] })) : known
}

/** Finds names in what Keras writes of a layer's inputs: `["conv", 0, 0, {}]`, since Keras 3 below `keras_history`. */
function inputsIn(value: unknown, level = 0): string[] {
  if (level > mostNesting) return []
  if (Array.isArray(value)) {
    const [name, node] = value as unknown[]
    return typeof name === 'string' && typeof node === 'number' ? [name] : value.flatMap((each) => inputsIn(each, level + 1))
  }
  return Object.values(recordOf(value) ?? {}).flatMap((each) => inputsIn(each, level + 1))
}

/** All layers, those of models within the model too. */
export function allKerasLayers(layers: readonly KerasLayer[]): KerasLayer[] {
  return layers.flatMap((layer) => [layer, ...allKerasLayers(layer.layers)])
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
}
