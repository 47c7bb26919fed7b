import { describe, expect, it } from 'vitest'
import {
  type NetworkDesign,
  type NetworkDesignInput,
  depthOf,
  labelOf,
  networkDesignSchema,
  resolveDesign,
} from '../../../../src/common/network/design.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { elements } from '../../../../src/common/network/kinds/shape.ts'

const design = (changes: Partial<NetworkDesignInput> = {}): NetworkDesign =>
  resolveDesign({ family: 'residual', n: 3, shortcut: 'A', widths: [16, 32, 64], inputShape: [32, 32, 3], classes: 10, ...changes })

describe('a 6n+2 network', () => {
  it.each([
    [3, 20, 269_722],
    [5, 32, 464_154],
    [7, 44, 658_586],
    [9, 56, 853_018],
    [18, 110, 1_727_962],
    [200, 1202, 19_421_274],
  ])('a 6n+2 network has with n = %i the layers and parameters of the paper, plain and residual alike', (n, layers, parameters) => {
    expect(depthOf(design({ n }))).toBe(layers)
    for (const family of ['plain', 'residual'] as const) {
      const network = buildNetwork(design({ n, family }))
      expect(network.parameterCount).toBe(parameters)
      const weighted = network.layers.filter(
        (layer) => layer.kind === 'fully-connected' || (layer.kind === 'convolution' && layer.attributes.role === 'main'),
      )
      expect(weighted).toHaveLength(layers)
    }
  })

  it('a 6n+2 network counts multiply-adds as sum over maps, kernels and widths', () => {
    const stages = 32 * 32 * 9 * (3 * 16 + 6 * 16 * 16) + 16 * 16 * 9 * (16 * 32 + 5 * 32 * 32) + 8 * 8 * 9 * (32 * 64 + 5 * 64 * 64)
    expect(buildNetwork(design()).multiplyAdds).toBe(stages + 640)
  })

  it('a 6n+2 network adds one projection a growing stage with option B and one a block with option C', () => {
    const projections = (shortcut: 'A' | 'B' | 'C') =>
      buildNetwork(design({ shortcut })).layers.filter((layer) => layer.kind === 'convolution' && layer.attributes.role === 'projection')
    expect(projections('A')).toHaveLength(0)
    expect(projections('B').map((layer) => layer.name)).toEqual(['stage2.block1.projection', 'stage3.block1.projection'])
    expect(projections('C')).toHaveLength(9)
    const added = projections('B').reduce((sum, layer) => sum + layer.parameterCount + 2 * layer.outputShape[2]!, 0)
    expect(buildNetwork(design({ shortcut: 'B' })).parameterCount - 269_722).toBe(added)
  })

  it('a 6n+2 network connects every layer to earlier ones whose shapes fit', () => {
    for (const changes of [
      {},
      { shortcut: 'C' as const, inputShape: [33, 17, 1] as [number, number, number] },
      { family: 'plain' as const, widths: [5, 3, 9] as [number, number, number], n: 1 },
    ]) {
      const network = buildNetwork(design(changes))
      const shapes = new Map<string, readonly number[]>([['input', network.design.inputShape]])
      for (const layer of network.layers) {
        for (const input of layer.inputs) expect(shapes.has(input), `${layer.name} reads ${input}`).toBe(true)
        expect(layer.inputShape).toEqual(shapes.get(layer.inputs[0]!))
        if (layer.kind === 'addition') expect(shapes.get(layer.inputs[0]!)).toEqual(shapes.get(layer.inputs[1]!))
        expect(layer.parameterCount).toBe(layer.parameters.reduce((sum, { shape }) => sum + elements(shape), 0))
        expect(shapes.has(layer.name)).toBe(false)
        shapes.set(layer.name, layer.outputShape)
      }
    }
  })

  it('a 6n+2 network refuses option A where widths shrink, and says what to choose', () => {
    expect(() => buildNetwork(design({ widths: [32, 16, 64] }))).toThrow(/must not decrease; got 32, 16, 64\. Choose B or C/)
    expect(buildNetwork(design({ widths: [32, 16, 64], shortcut: 'B' })).parameterCount).toBeGreaterThan(0)
  })

  it('a 6n+2 network names networks by their layers, and forgets a plain net’s shortcut option', () => {
    expect(labelOf(design({ n: 9, shortcut: 'B' }))).toBe('residual-56 B')
    expect(buildNetwork(design({ family: 'plain', shortcut: 'C' })).design).toEqual(
      buildNetwork(design({ family: 'plain', shortcut: 'B' })).design,
    )
    expect(networkDesignSchema.safeParse({ family: 'plain', n: 0 }).success).toBe(false)
  })
})
