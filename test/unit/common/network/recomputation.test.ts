import { expect, it } from 'vitest'
import { designAt } from '../../../../src/common/network/design.ts'
import { keepsOutput } from '../../../../src/common/network/graph/layer.ts'
import { elements } from '../../../../src/common/network/kinds/shape.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { segmentsOf } from '../../../../src/common/network/recomputation.ts'

const cifar = { shortcut: 'B', inputShape: [32, 32, 3] as [number, number, number], classes: 10 } as const

it.each([
  ['plain', 20],
  ['residual', 56],
  ['highway', 32],
] as const)(
  'Segments of a %s net of %i layers are all layers in their order, and each reads one output of those before it',
  (family, depth) => {
    const { layers } = buildNetwork(designAt('cifar', { ...cifar, family, depth }))
    const segments = segmentsOf({ layers })
    expect(segments.flat()).toEqual(layers)
    expect(segments.length).toBeGreaterThan(2)
    for (const [index, segment] of segments.entries()) {
      const within = new Set(segment.map(({ name }) => name))
      const entering = new Set(segment.flatMap(({ inputs }) => inputs).filter((input) => !within.has(input)))
      expect([...entering]).toEqual([index === 0 ? 'input' : segments[index - 1]!.at(-1)!.name])
    }
  },
)

it('Segments grow with the square root of the depth, so that 1202 layers keep no more than a twentieth of their activations', () => {
  const { layers } = buildNetwork(designAt('cifar', { ...cifar, shortcut: 'A', family: 'residual', depth: 1202 }))
  const kept = (some: typeof layers) => some.filter(keepsOutput).reduce((sum, layer) => sum + elements(layer.outputShape), 0)
  const segments = segmentsOf({ layers })
  const entering = segments.slice(0, -1).reduce((sum, segment) => sum + elements(segment.at(-1)!.outputShape), 0)
  expect(segments.length).toBeGreaterThan(15)
  expect(segments.length).toBeLessThan(100)
  expect(entering + Math.max(...segments.map(kept))).toBeLessThan(kept(layers) / 20)
})

it('A network that reads early outputs late is cut nowhere in between', () => {
  const { layers } = buildNetwork(designAt('cifar', { ...cifar, family: 'residual', depth: 20 }))
  const late = layers.map((layer) => (layer.name === 'pooling' ? { ...layer, inputs: [layers[0]!.name] } : layer))
  expect(segmentsOf({ layers: late }).length).toBeLessThan(3)
})
