import { blockOf, type Layer } from '../network/graph/layer.ts'
import type { NetworkGraph } from '../network/graph/network.ts'
import type { Shape } from '../network/kinds/shape.ts'

/** Consecutive layers that read one output of those before and hand one on: a block, or what stands before, between and behind blocks. */
export interface Section {
  /** "stage2.block1"; null for what is no block. */
  readonly block: string | null
  readonly layers: readonly Layer[]
  /** Name of the layer before it, whose output it reads; `input` is the image. */
  readonly input: string
  readonly inputShape: Shape
  readonly outputShape: Shape
}

/** A section that is a block. */
export interface Block extends Section {
  readonly block: string
  /** Index of the section. */
  readonly section: number
}

/**
 * Cuts a network into a chain of sections. Blocks are those of the design; where a stage is one block that ends in a pool, as in VGG nets,
 * each of its 3x3 layers with its BN and ReLU takes a block's place: "stage2.block1.layer1".
 * @throws Error naming the layer that reads past the section before its own
 */
export function sectionsOf({ layers }: Pick<NetworkGraph, 'layers'>): Section[] {
  const pooled = new Set(layers.flatMap((layer) => (layer.kind === 'max-pooling' ? [blockOf(layer)] : [])))
  const groups: { block: string | null; layers: Layer[] }[] = []
  for (const layer of layers) {
    const block = blockNameOf(layer, pooled)
    const last = groups.at(-1)
    if (last && last.block === block) last.layers.push(layer)
    else groups.push({ block, layers: [layer] })
  }
  let input = 'input'
  return groups.map(({ block, layers: own }) => {
    const section = { block, layers: own, input, inputShape: own[0]!.inputShape, outputShape: own.at(-1)!.outputShape }
    requireChain(section)
    input = own.at(-1)!.name
    return section
  })
}

/** The sections that are blocks, in their order. */
export function blocksOf(sections: readonly Section[]): Block[] {
  return sections.flatMap((section, index) => (section.block === null ? [] : [{ ...section, block: section.block, section: index }]))
}

function blockNameOf(layer: Layer, pooled: ReadonlySet<string>): string | null {
  const path = blockOf(layer)
  if (!/\.block\d+$/.test(path)) return null
  if (!pooled.has(path)) return path
  const index = /\d+$/.exec(layer.name.slice(path.length))?.[0]
  return index === undefined ? null : `${path}.layer${index}`
}

function requireChain({ layers, input }: Section): void {
  const own = new Set([input, ...layers.map(({ name }) => name)])
  const stray = layers.find(({ inputs }) => inputs.some((name) => !own.has(name)))
  if (stray) throw new Error(`Expected ${stray.name} to read its own block or ${input}; it reads ${stray.inputs.join(' and ')}.`)
}

/** The addition that ends a block's residual function; undefined in plain nets. */
export function endOf({ layers }: Section): Extract<Layer, { kind: 'addition' | 'gated-addition' }> | undefined {
  return layers.find((layer) => layer.kind === 'addition' || layer.kind === 'gated-addition')
}

/**
 * What is left of a block whose F(x) is removed: the shortcut and what stands behind the addition. Of a highway block that is what its gate
 * lets through when it is closed (Training Very Deep Networks, section 4.3); of a plain block nothing, where its input has the shape of its
 * output.
 * @returns null where nothing can take the block's place
 */
export function withoutBranch(block: Section): readonly Layer[] | null {
  const end = endOf(block)
  if (!end) return block.inputShape.join() === block.outputShape.join() ? [] : null
  const shortcut = end.inputs[1]!
  const kept = ancestorsOf(block.layers, shortcut)
  const behind = block.layers.slice(block.layers.indexOf(end) + 1)
  return [
    ...block.layers.filter(({ name }) => kept.has(name)),
    ...behind.map((layer) => ({ ...layer, inputs: layer.inputs.map((name) => (name === end.name ? shortcut : name)) })),
  ]
}

/** The layer and all within the block that it is computed from. */
function ancestorsOf(layers: readonly Layer[], name: string): ReadonlySet<string> {
  const found = new Set([name])
  for (const layer of layers.toReversed()) if (found.has(layer.name)) layer.inputs.forEach((input) => found.add(input))
  return found
}

/**
 * Names the parameters that a block's F(x) is proportional to: scale and offset of the branch's last BN, or weights and bias of its last
 * convolution. In a plain net F(x) is the block's output.
 */
export function scaledParameters(block: Section): readonly string[] {
  const byName = new Map(block.layers.map((layer) => [layer.name, layer]))
  let layer = byName.get(endOf(block)?.inputs[0] ?? block.layers.at(-1)!.name)
  // A ReLU and a branch's survival let a positive factor through.
  while (layer && (layer.kind === 'relu' || layer.kind === 'stochastic-depth')) layer = byName.get(layer.inputs[0]!)
  return layer?.parameters.map(({ name }) => name) ?? []
}
