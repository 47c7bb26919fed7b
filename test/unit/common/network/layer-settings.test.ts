import { describe, expect, it } from 'vitest'
import { type NetworkDesignInput, labelOf, resolveDesign } from '../../../../src/common/network/design.ts'
import type { Layer } from '../../../../src/common/network/graph/layer.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'

const network = (changes: Partial<NetworkDesignInput> = {}) => buildNetwork({ family: 'residual', n: 3, ...changes })
const named = (layers: readonly Layer[], kind: Layer['kind']) => layers.filter((layer) => layer.kind === kind).map(({ name }) => name)

describe('the settings that every architecture has', () => {
  it('leave no trace in a design that has their defaults or whose family ignores them', () => {
    const usual = resolveDesign({ family: 'residual', n: 3 })
    const defaults = { normalization: 'batch', activationOrder: 'post', initialization: 'he-fan-out', survival: 1 } as const
    expect(resolveDesign({ family: 'residual', n: 3, ...defaults, gateBias: -1 })).toEqual(usual)
    expect(Object.keys(resolveDesign({ family: 'residual', n: 3, ...defaults, gateBias: -1 })).sort()).toEqual(Object.keys(usual).sort())
    expect(resolveDesign({ family: 'plain', n: 3, survival: 0.5, gateBias: -1 })).toEqual(resolveDesign({ family: 'plain', n: 3 }))
    expect(resolveDesign({ family: 'highway', n: 3, gateBias: -3 })).toEqual(resolveDesign({ family: 'highway', n: 3 }))
  })

  it('are named where they are unusual', () => {
    const label = (changes: Partial<NetworkDesignInput>) => labelOf(resolveDesign({ family: 'residual', n: 3, ...changes }))
    expect(label({})).toBe('residual-20 A')
    expect(label({ family: 'highway' })).toBe('highway-20 A')
    expect(label({ family: 'highway', gateBias: -1 })).toBe('highway-20 A gate -1')
    expect(label({ activationOrder: 'pre', survival: 0.5 })).toBe('residual-20 A pre-activation stochastic depth 0.5')
    expect(label({ family: 'plain', normalization: 'none', initialization: 'he-fan-in' })).toBe('plain-20 no BN He fan-in')
    expect(label({ shortcut: 'B', initialization: 'glorot' })).toBe('residual-20 B Glorot')
    expect(label({ shortcutPadding: 'both' })).toBe('residual-20 A zeros on both sides')
    expect(label({ shortcut: 'B', shortcutPadding: 'both' })).toBe('residual-20 B')
  })

  it('are refused where they are out of range', () => {
    expect(() => resolveDesign({ family: 'residual', n: 3, survival: 0 })).toThrow()
    expect(() => resolveDesign({ family: 'highway', n: 3, gateBias: Number.NaN })).toThrow()
  })
})

describe('pre-activation', () => {
  it('has BN and ReLU before each convolution of a block, and as many parameters as with them behind', () => {
    const pre = network({ activationOrder: 'pre' })
    expect(pre.parameterCount).toBe(network().parameterCount)
    expect(pre.depth).toBe(20)
    const names = pre.layers.map(({ name }) => name)
    const second = names.filter((name) => name.startsWith('stage2.block2.')).map((name) => name.split('.')[2])
    expect(second).toEqual(['normalization1', 'relu1', 'convolution1', 'normalization2', 'relu2', 'convolution2', 'addition'])
    expect(names.slice(-4)).toEqual(['final.normalization', 'final.relu', 'pooling', 'classifier'])
  })

  it('takes the stem’s activation for the first block’s', () => {
    const { layers } = network({ activationOrder: 'pre' })
    const of = (name: string) => layers.find((layer) => layer.name === name)!
    expect(of('stage1.block1.convolution1').inputs).toEqual(['stem.relu'])
    expect(of('stage1.block1.addition').inputs).toEqual(['stage1.block1.convolution2', 'stem.relu'])
  })

  it('projects what is activated and leaves an identity untouched', () => {
    const { layers } = network({ activationOrder: 'pre', shortcut: 'B' })
    const of = (name: string) => layers.find((layer) => layer.name === name)!
    expect(of('stage2.block1.projection').inputs).toEqual(['stage2.block1.relu1'])
    expect(of('stage2.block2.addition').inputs).toEqual(['stage2.block2.convolution2', 'stage2.block1.addition'])
  })
})

it('a network without BN has a bias for each filter instead, also in projections', () => {
  const { layers, parameterCount } = network({ normalization: 'none', shortcut: 'B' })
  expect(named(layers, 'batch-normalization')).toEqual([])
  const withBn = network({ shortcut: 'B' })
  const filters = withBn.layers.reduce((sum, layer) => sum + (layer.kind === 'convolution' ? layer.attributes.filters : 0), 0)
  // A scale and an offset each become one bias.
  expect(parameterCount).toBe(withBn.parameterCount - filters)
})

it('a highway net has a 1x1 gate with bias for each block, which is no layer of its depth', () => {
  const { layers, parameterCount, depth } = network({ family: 'highway', gateBias: -2 })
  expect(depth).toBe(20)
  const gates = layers.filter((layer) => layer.name.endsWith('.gate'))
  expect(gates).toHaveLength(9)
  const [first] = gates[0]!.parameters.slice(1)
  expect(first).toMatchObject({ name: 'stage1.block1.gate/bias', initializer: { kind: 'constant', value: -2 } })
  const added = [16, 32, 64].reduce((sum, width, stage) => sum + (stage === 0 ? 16 : width / 2) * width + 2 * width ** 2 + 3 * width, 0)
  expect(parameterCount - network().parameterCount).toBe(added)
  expect(parameterCount).toBe(283_626)
  expect(named(layers, 'gated-addition')).toHaveLength(9)
  expect(named(layers, 'addition')).toEqual([])
})

it('stochastic depth lets the probability to survive fall linearly to the last block', () => {
  const { layers } = network({ survival: 0.1 })
  const survival = layers.flatMap((layer) => (layer.kind === 'stochastic-depth' ? [layer.attributes.survival] : []))
  expect(survival).toHaveLength(9)
  survival.forEach((value, index) => expect(value).toBeCloseTo(1 - 0.1 * (index + 1), 12))
})
