import { describe, expect, it } from 'vitest'
import { lesionAt, type LesionMode, lesionSites } from '../../../src/common/lesions/lesions.ts'
import { type Block, blocksOf, sectionsOf } from '../../../src/common/lesions/sections.ts'
import type { NetworkDesignInput } from '../../../src/common/network/design.ts'
import type { Layer } from '../../../src/common/network/graph/layer.ts'
import type { Network } from '../../../src/common/network/network.ts'
import type { OwnKernels } from '../../../src/main/worker/backend/tensorflow/layers/build.ts'
import { LesionProgram } from '../../../src/main/worker/backend/tensorflow/program/lesion-program.ts'
import { referencePass, type Weights } from '../../fixtures/reference-network.ts'
import { smallProgram } from '../../fixtures/small-program.ts'

const cases: Record<string, Partial<NetworkDesignInput>> = {
  'a plain net': { family: 'plain', n: 2 },
  'a plain net with pre-activation': { family: 'plain', activationOrder: 'pre', n: 2 },
  'a VGG net': { architecture: 'vgg', family: 'plain', layers: 16, headWidth: 6, widths: [2, 2, 2, 3, 3], inputShape: [32, 32, 1] },
  'a residual net with option A': { n: 2 },
  'a residual net with option B, pre-activation and widths that Winograd takes': {
    ...{ shortcut: 'B', activationOrder: 'pre', n: 2, widths: [16, 16, 32] },
  },
  'bottlenecks with option C': { shortcut: 'C', blockKind: 'bottleneck', n: 1, widths: [2, 3, 4] },
  'a residual net with stochastic depth and without BN': { survival: 0.5, normalization: 'none', n: 1 },
  'a highway net with option B': { family: 'highway', shortcut: 'B', n: 2, gateBias: -1 },
}

/** The network with its blocks in another order, from the position `first` on: what reads one block reads another. */
function reordered(network: Network, blocks: readonly Block[], first: number, order: readonly number[]): Network {
  const last = (block: Block) => block.layers.at(-1)!.name
  const ordered = order.map((index) => blocks[index]!)
  const reading = ({ input }: Block, instead: string): ((layer: Layer) => Layer) => {
    return (layer) => ({ ...layer, inputs: layer.inputs.map((name) => (name === input ? instead : name)) })
  }
  const moved = ordered.flatMap((block, at) => block.layers.map(reading(block, at === 0 ? blocks[first]!.input : last(ordered[at - 1]!))))
  const names = new Set(moved.map(({ name }) => name))
  const start = network.layers.findIndex(({ name }) => names.has(name))
  const behind = { ...ordered[0]!, input: last(blocks[first + order.length - 1]!) }
  const rest = network.layers.slice(start + moved.length).map(reading(behind, last(ordered.at(-1)!)))
  return { ...network, layers: [...network.layers.slice(0, start), ...moved, ...rest] }
}

/** The network and weights of a lesion, made without what the program makes them of. */
function oracleOf(network: Network, state: Weights, blocks: readonly Block[], position: number, mode: LesionMode): [Network, Weights] {
  const block = blocks[position - 1]!
  const { family } = network.design
  if (mode === 'swap') return [reordered(network, blocks, position - 1, [position, position - 1]), state]
  if (mode === 'remove' && family === 'highway') {
    // A gate of bias -1000 is closed.
    const closed = [...state].map(
      ([name, values]) => [name, name === `${block.block}.gate/bias` ? Array.from(values, () => -1000) : values] as const,
    )
    return [network, new Map(closed)]
  }
  if (mode === 'remove' && family === 'plain') {
    const names = new Set(block.layers.map(({ name }) => name))
    const rewired = network.layers.flatMap((layer): Layer[] =>
      names.has(layer.name) ? [] : [{ ...layer, inputs: layer.inputs.map((input) => (names.has(input) ? block.input : input)) }],
    )
    return [{ ...network, layers: rewired }, state]
  }
  // F(x) times the factor, before whatever reads it: a layer of stochastic depth does that in evaluation.
  const end = block.layers.find(({ kind }) => kind === 'addition' || kind === 'gated-addition')
  const last = end ? end.inputs[0]! : block.layers.at(-1)!.name
  const survival = mode === 'remove' ? 0 : 0.5
  const layers = network.layers.flatMap((layer): Layer[] => {
    const reads = end ? layer === end : layer.inputs.includes(last)
    const changed = reads ? { ...layer, inputs: layer.inputs.map((input) => (input === last ? 'scaled' : input)) } : layer
    if (layer.name !== last) return [changed]
    return [changed, { ...layer, name: 'scaled', kind: 'stochastic-depth', inputs: [last], attributes: { survival }, parameters: [] }]
  })
  return [{ ...network, layers }, state]
}

function programFor(design: Partial<NetworkDesignInput>, ownKernels?: OwnKernels) {
  const small = smallProgram(design, {}, 4, 3)
  small.program.dispose()
  const { network, recipe, state, given } = small
  const program = new LesionProgram({ network, recipe, precision: 'fp32', batchSize: 4, ...(ownKernels && { ownKernels }) })
  program.loadData(given)
  program.setState(state)
  return { ...small, program }
}

function largestDifference(found: Float32Array, expected: Float64Array): number {
  const scale = Math.max(1, ...expected.map(Math.abs))
  return Math.max(...expected.map((value, at) => Math.abs(value - found[at]!))) / scale
}

describe.each(Object.entries(cases))('damaged networks: %s', (title, design) => {
  const programs: (OwnKernels | undefined)[] = title.endsWith('A') ? [undefined, 'none'] : [undefined]
  it.each(programs)(`a lesion of any block of ${title} gives the scores of the oracle, own kernels: %s`, (ownKernels) => {
    const { program, network, recipe, state, images, given } = programFor(design, ownKernels)
    const weights = new Map([...state].map(([name, values]) => [name, Float64Array.from(values)]))
    const options = { training: false, epsilon: recipe.batchNormEpsilon }
    const batch = images([0, 1, 2])
    const sections = sectionsOf(network)
    const blocks = blocksOf(sections)
    expect(largestDifference(program.hold(given.pixels), referencePass(network, weights, batch, options).logits.values)).toBeLessThan(1e-4)
    for (const mode of ['remove', 'swap', 'halve'] as const) {
      const possible = lesionSites(sections, mode).filter(({ hindrance }) => hindrance === null)
      expect(possible.length > 0 || blocks.length < 4, mode).toBe(true)
      for (const { position, block } of possible) {
        const [oracle, changed] = oracleOf(network, weights, blocks, position, mode)
        const scores = program.damaged(lesionAt(blocks.length, mode, [position], 0.5))
        expect(largestDifference(scores, referencePass(oracle, changed, batch, options).logits.values), `${mode} ${block}`).toBeLessThan(
          1e-4,
        )
      }
    }
    program.dispose()
  })
})

it('several lesions at once add up, swaps one after the other, and undamaged blocks in between count as before', () => {
  const { program, network, recipe, state, images, given } = programFor({ n: 3 })
  const options = { training: false, epsilon: recipe.batchNormEpsilon }
  const weights = new Map([...state].map(([name, values]) => [name, Float64Array.from(values)]))
  const blocks = blocksOf(sectionsOf(network))
  const intact = program.hold(given.pixels)
  const removed = program.damaged(lesionAt(blocks.length, 'remove', [8, 2], 1))
  const zeroed = new Map(
    [...weights].map(([name, values]) => [
      name,
      /stage(1.block2|3.block2).normalization2\/(scale|offset)/.test(name) ? values.map(() => 0) : values,
    ]),
  )
  expect(largestDifference(removed, referencePass(network, zeroed, images([0, 1, 2]), options).logits.values)).toBeLessThan(1e-4)
  const moved = program.damaged(lesionAt(blocks.length, 'swap', [1, 2], 1))
  const oracle = referencePass(reordered(network, blocks, 0, [1, 2, 0]), weights, images([0, 1, 2]), options)
  expect(largestDifference(moved, oracle.logits.values)).toBeLessThan(1e-4)
  const none = program.damaged(lesionAt(blocks.length, 'remove', [], 1))
  expect([...none]).toEqual([...intact])
  program.dispose()
})

it('lesions in bf16 come near to those in fp32, and no batch is damaged before it is held', () => {
  const { program, network, recipe, state, given } = programFor({ n: 2, widths: [16, 16, 32] })
  const rough = new LesionProgram({ network, recipe, precision: 'bf16', batchSize: 4 })
  rough.loadData(given)
  rough.setState(state)
  const lesion = lesionAt(6, 'remove', [2], 1)
  expect(() => rough.damaged(lesion)).toThrow('Expected a batch to be held')
  program.hold(given.pixels)
  rough.hold(given.pixels)
  const [fine, near] = [program.damaged(lesion), rough.damaged(lesion)]
  expect(largestDifference(near, Float64Array.from(fine))).toBeLessThan(0.05)
  program.dispose()
  rough.dispose()
})
