import { describe, expect, it } from 'vitest'
import type { NetworkDesignInput } from '../../../src/common/network/design.ts'
import type { Network } from '../../../src/common/network/network.ts'
import type { PathGates } from '../../../src/main/worker/backend/path-backend.ts'
import { PathProgram } from '../../../src/main/worker/backend/tensorflow/program/path-program.ts'
import { type Batch, crossEntropy, referencePass, type Weights } from '../../fixtures/reference-network.ts'
import { smallProgram } from '../../fixtures/small-program.ts'

const cases: Record<string, Partial<NetworkDesignInput>> = {
  'a residual net with option A and widths that Winograd takes': { widths: [16, 16, 32] },
  'a residual net with option B and pre-activation': { shortcut: 'B', activationOrder: 'pre' },
  'bottlenecks with option C': { shortcut: 'C', blockKind: 'bottleneck', widths: [2, 3, 4] },
  'a residual net with stochastic depth and without BN': { survival: 0.5, normalization: 'none' },
}

const blocks = 3
const batchSize = 2

/** The loss where each addition varies with one of its terms and holds the other one as it was; null: with both. */
function lossAlong(
  network: Network,
  weights: Weights,
  images: Batch,
  labels: readonly number[],
  path: readonly boolean[] | null,
  epsilon: number,
  base: ReadonlyMap<string, Batch>,
): number {
  const outputs = new Map([['input', images]])
  let block = 0
  for (const layer of network.layers) {
    const inputs = layer.inputs.map((name) => outputs.get(name)!)
    if (layer.kind === 'addition') {
      const [branch, shortcut] = layer.inputs.map((name, term) => {
        const varies = path === null || path[block] === (term === 0)
        return (varies ? outputs : base).get(name)!
      }) as [Batch, Batch]
      outputs.set(layer.name, { shape: branch.shape, values: branch.values.map((value, at) => value + shortcut.values[at]!) })
      block++
    } else {
      const alone = { ...network, layers: [{ ...layer, inputs: ['input'] }] }
      outputs.set(layer.name, referencePass(alone, weights, inputs[0]!, { training: false, epsilon }).logits)
    }
  }
  // The sum over the images.
  return labels.length * crossEntropy(outputs.get(network.layers.at(-1)!.name)!, labels)
}

function gatesOf(path: readonly boolean[] | null): PathGates {
  const gates = (open: (block: number) => boolean) =>
    Float32Array.from({ length: blocks * batchSize }, (_, at) => (open(Math.floor(at / batchSize)) ? 1 : 0))
  return { branch: gates((block) => path === null || path[block]!), shortcut: gates((block) => path === null || !path[block]!) }
}

describe.each(Object.entries(cases))('gradients through paths: %s', (title, design) => {
  it.each([undefined, 'none'] as const)(
    `each path of ${title} has the slope of the oracle, and all add up, own kernels: %s`,
    (ownKernels) => {
      const small = smallProgram({ n: 1, ...design }, {}, batchSize, batchSize)
      small.program.dispose()
      const { network, recipe, state, given, images, labels, random } = small
      const program = new PathProgram({ network, recipe, precision: 'fp32', batchSize, ...(ownKernels && { ownKernels }) })
      program.loadData(given)
      program.setState(state)
      const weights = new Map([...state].map(([name, values]) => [name, Float64Array.from(values)]))
      const batch = images([0, 1])
      const { outputs } = referencePass(network, weights, batch, { training: false, epsilon: recipe.batchNormEpsilon })
      const paths = Array.from({ length: 2 ** blocks }, (_, bits) =>
        Array.from({ length: blocks }, (_, block) => ((bits >> block) & 1) === 1),
      )
      const gradients = [null, ...paths].map((path) => ({ path, found: program.gradients(given.pixels, labels, gatesOf(path)) }))
      const sum = gradients[0]!.found.map((_, at) => gradients.slice(1).reduce((total, { found }) => total + found[at]!, 0))
      const largest = Math.max(...gradients[0]!.found.map(Math.abs))
      expect(Math.max(...sum.map((value, at) => Math.abs(value - gradients[0]!.found[at]!)))).toBeLessThan(1e-4 * largest)

      for (const { path, found } of gradients) {
        const scale = Math.max(...found.map(Math.abs))
        expect(scale, String(path)).toBeGreaterThan(0)
        for (let sample = 0; sample < 2; sample++) {
          const at = random.below(found.length)
          const step = 1e-6
          const [below, above] = [-step, step].map((change) => {
            const moved = { ...batch, values: batch.values.map((value, index) => (index === at ? value + change : value)) }
            return lossAlong(network, weights, moved, [...labels], path, recipe.batchNormEpsilon, outputs)
          })
          expect(Math.abs(found[at]! - (above! - below!) / (2 * step)), `${String(path)} at ${at}`).toBeLessThan(5e-4 * scale + 1e-6)
        }
      }
      program.dispose()
    },
  )
})
