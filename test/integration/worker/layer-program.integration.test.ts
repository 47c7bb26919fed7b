import { describe, expect, it } from 'vitest'
import { blockSumsOf, responsesOf } from '../../../src/common/network/graph/responses.ts'
import { LayerProgram } from '../../../src/main/worker/backend/tensorflow/program/layer-program.ts'
import { centralDifference } from '../../fixtures/central-difference.ts'
import { networksOfEveryKind } from '../../fixtures/networks-of-every-kind.ts'
import { type Batch, referencePass, type ReferencePass } from '../../fixtures/reference-network.ts'
import { smallProgram } from '../../fixtures/small-program.ts'

const batchSize = 4
const first = [0, 1, 2, 3]

/** What the double-precision oracle has for the same measures. */
function expectedMeasures(network: ReturnType<typeof smallProgram>['network'], { outputs }: ReferencePass) {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = ({ values }: Batch) => values.map((value) => value * value)
  const norm = (layer: string) => squares(outputs.get(layer)!).reduce((sum, square) => sum + square, 0) / batchSize
  return {
    responses: responsesOf(network.layers).map(({ convolution: layer, from }) => {
      const response = outputs.get(from)!
      return { layer, mean: mean(response.values), square: mean(squares(response)) }
    }),
    relus: network.layers
      .filter(({ kind }) => kind === 'relu')
      .map(({ name: layer }) => {
        const { shape, values } = outputs.get(layer)!
        const channels = shape.at(-1)!
        const active = Array.from({ length: channels }, (_, channel) =>
          mean(values.filter((_value, at) => at % channels === channel).map((value) => (value > 0 ? 1 : 0))),
        )
        return { layer, active }
      }),
    blocks: blockSumsOf(network.layers).map(({ block, branch, shortcut }) => ({ block, branch: norm(branch), shortcut: norm(shortcut) })),
  }
}

function expectClose(found: number, expected: number, what: string): void {
  expect(Math.abs(found - expected), what).toBeLessThan(2e-4 * Math.max(1, Math.abs(expected)))
}

describe.each(networksOfEveryKind)('measures of %s', (_name, design, changes) => {
  it.each(['running', 'batch'] as const)('measures of layers with %s statistics are those of the definitions', (statistics) => {
    const { network, recipe, state, images, labels, given, program: other } = smallProgram(design, changes)
    other.dispose()
    const options = { network, recipe, precision: 'fp32', batchSize, statistics, gradients: true } as const
    const size = given.pixels.length / 12
    const pixels = given.pixels.subarray(0, batchSize * size)
    const survivals = new Map(
      network.layers.flatMap((each) => (each.kind === 'stochastic-depth' ? [[each.name, each.attributes.survival]] : [])),
    )
    const asTrained = { training: true, epsilon: recipe.batchNormEpsilon, survivals }
    const pass = referencePass(network, state, images(first), statistics === 'batch' ? asTrained : { ...asTrained, training: false })
    const expected = expectedMeasures(network, pass)
    const program = new LayerProgram(options)
    program.loadData(given)
    program.setState(state)
    const found = program.measure(pixels)
    expect(found.responses.map(({ layer }) => layer)).toEqual(expected.responses.map(({ layer }) => layer))
    found.responses.forEach(({ layer, mean, square }, at) => {
      expectClose(mean, expected.responses[at]!.mean, `mean of ${layer}`)
      expectClose(square, expected.responses[at]!.square, `square of ${layer}`)
    })
    found.relus.forEach(({ layer, active }, at) => {
      active.forEach((share, channel) => expectClose(share, expected.relus[at]!.active[channel]!, `${layer}, channel ${channel}`))
    })
    found.blocks.forEach(({ block, branch, shortcut }, at) => {
      expectClose(branch, expected.blocks[at]!.branch, `F(x) of ${block}`)
      expectClose(shortcut, expected.blocks[at]!.shortcut, `x of ${block}`)
    })
    if (statistics === 'batch') expectGradient(program.gradientNorms(pixels, labels.subarray(0, batchSize)))
    program.dispose()

    /** Compares the norm of the smallest array, number by number, with the oracle's slopes. */
    function expectGradient(norms: ReadonlyMap<string, number>): void {
      const weights = new Map([...state].map(([name, values]) => [name, Float64Array.from(values)]))
      const oracle = { network, weights, images: images(first), labels, options: asTrained }
      const trained = { ...oracle, pass: referencePass(network, weights, oracle.images, asTrained) }
      const name = [...norms.keys()].sort((a, b) => state.get(a)!.length - state.get(b)!.length)[0]!
      const slopes = Array.from(state.get(name)!, (_, index) => centralDifference(trained, name, index))
      const expectedNorm = Math.hypot(...slopes)
      expect(Math.abs(norms.get(name)! - expectedNorm), `gradient of ${name}`).toBeLessThan(1e-3 * Math.max(1e-3, expectedNorm))
    }
  })
})
