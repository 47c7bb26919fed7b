import { describe, expect, it } from 'vitest'
import { buildNetwork } from '../../../src/common/network/network.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import { buildProgramGraph } from '../../../src/main/worker/backend/tensorflow/program/program-graph.ts'
import { nativeKernels } from '../../../src/main/worker/backend/tensorflow/kernels/native-kernels.ts'
import { smallProgram, unaugmented } from '../../fixtures/small-program.ts'

const batch = { images: Int32Array.of(0, 1, 2, 3, 4, 5), augmentation: unaugmented }
/** Arrays of multiples of 64 bytes, which the program reads where they lie, large ones among them; others are copied. */
const wide = { n: 1, widths: [16, 32, 64] }
const odd = { n: 1, widths: [4, 6, 8] }
const projected = { ...wide, shortcut: 'B' }

const settings = [
  { name: 'arrays that are read where they lie', design: wide, recipe: {} },
  { name: 'arrays that are copied', design: odd, recipe: {} },
  { name: 'Nesterov’s look ahead', design: projected, recipe: { nesterov: true } },
  { name: 'decay of weights alone', design: projected, recipe: { weightDecayOn: 'weights' } },
  { name: 'no decay, no momentum', design: wide, recipe: { weightDecay: 0, momentum: 0 } },
  { name: 'micro-batches', design: { ...wide, normalization: 'none' }, recipe: { microBatchSize: 2 } },
  {
    name: 'micro-batches and decay of weights alone',
    design: { ...odd, normalization: 'none' },
    recipe: { microBatchSize: 3, weightDecayOn: 'weights' },
  },
  { name: 'recomputed blocks', design: projected, recipe: { recompute: 'blocks' } },
] as const

describe('an update in place', () => {
  it.each(settings)(
    'an update in place moves every array as PyTorch’s rule does, in closed form over two steps: $name',
    ({ design, recipe: given }) => {
      const { program, state, recipe } = smallProgram(design as object, { weightDecay: 0.01, ...given })
      expect(nativeKernels()).not.toBeNull()
      const names = [...state.keys()].filter((name) => state.has(`momentum/${name}`))
      const weights = new Map(names.map((name) => [name, Float64Array.from(state.get(name)!)]))
      const momenta = new Map(names.map((name) => [name, new Float64Array(weights.get(name)!.length)]))
      for (const learningRate of [0.1, 0.05]) {
        const gradients = program.gradients(batch)
        let squares = 0
        for (const name of names) {
          const decay = recipe.weightDecayOn === 'all' || name.endsWith('/weights') ? recipe.weightDecay : 0
          gradients.get(name)!.forEach((gradient, i) => {
            squares += gradient * gradient
            const decayed = gradient + decay * weights.get(name)![i]!
            const momentum = recipe.momentum * momenta.get(name)![i]! + decayed
            momenta.get(name)![i] = momentum
            weights.get(name)![i]! -= learningRate * (recipe.nesterov ? decayed + recipe.momentum * momentum : momentum)
          })
        }
        const { gradientNorm } = program.step(batch, learningRate)
        expect(Math.abs(gradientNorm / Math.sqrt(squares) - 1)).toBeLessThan(1e-5)
      }
      const after = program.state()
      program.dispose()
      for (const name of names) {
        expect(largestDifference(after.get(name)!, weights.get(name)!), name).toBeLessThan(2e-6)
        expect(largestDifference(after.get(`momentum/${name}`)!, momenta.get(name)!), name).toBeLessThan(1e-5)
      }
    },
  )

  it.each([
    ['whole batches', {}],
    ['micro-batches', { microBatchSize: 2 }],
  ])('an update in place in bf16 moves the weights by the gradients that are fetched: %s', (_name, given) => {
    const { program, state, recipe } = smallProgram({ ...wide, normalization: 'none' }, { weightDecay: 0.01, ...given }, 6, 12, {
      precision: 'bf16',
    })
    const gradients = program.gradients(batch)
    program.step(batch, 0.1)
    const after = program.state()
    program.dispose()
    for (const [name, gradient] of gradients) {
      const expected = state.get(name)!.map((value, i) => value - 0.1 * (gradient[i]! + recipe.weightDecay * value))
      expect(largestDifference(after.get(name)!, expected), name).toBeLessThan(1e-6)
    }
  })

  it('an update in place leaves a state alone that was read before', () => {
    const { program } = smallProgram(wide)
    const before = program.state()
    const copy = new Map([...before].map(([name, values]) => [name, values.slice()]))
    program.step(batch, 0.1)
    expect(before).toEqual(copy)
    expect(program.state()).not.toEqual(copy)
    program.setState(before)
    program.step(batch, 0.1)
    program.dispose()
    expect(before).toEqual(copy)
  })

  it.each([{ recompute: 'none' }, { recompute: 'blocks' }] as const)(
    'an update in place waits for all that read its weights: recompute $recompute',
    ({ recompute }) => {
      const design = { family: 'residual', n: 2, shortcut: 'B', widths: [16, 32, 64], inputShape: [32, 32, 3], classes: 10 } as const
      const { graph } = buildProgramGraph({
        ...{
          network: buildNetwork({ ...design, widths: [...design.widths], inputShape: [32, 32, 3] }),
          recipe: resolveRecipe('paper-cifar10', { recompute }),
        },
        ...{ precision: 'fp32', imageCount: 1000, evaluationBatchSize: 100, ownKernels: 'winograd' },
      })
      const nodes = nodesOf(graph.toSavedModelText())
      const updates = [...nodes.values()].filter(({ op }) => op === 'SkiplabMomentum')
      expect(updates.length).toBeGreaterThan(5)
      const parts = partsOf(nodes, ['step/state/SkiplabParts_1', 'step/state/SkiplabParts_2'])
      const offsets = updates.map(({ offset }) => offset)
      let onTheWayBack = 0
      for (const [index, update] of updates.entries()) {
        const before = nodesBefore(nodes, update.name)
        const end = offsets[index + 1] ?? Infinity
        // Whoever reads a part, by whatever shape, is before the update of that very part.
        const own = parts.filter(({ offset }) => offset >= update.offset && offset < end)
        expect(own.length).toBeGreaterThan(0)
        const readers = own.flatMap(({ ref }) => readersOf(nodes, ref))
        expect(readers.filter(({ name }) => !before.has(name)).map(({ name }) => name)).toEqual([])
        onTheWayBack += readers.filter(({ name }) => name.startsWith('step/backward/')).length
      }
      expect(onTheWayBack).toBeGreaterThan(10)
    },
  )
})

interface Node {
  readonly name: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly offset: number
  readonly sizes: readonly number[]
}

function nodesOf(text: string): Map<string, Node> {
  const lines = text.split('\n').filter((line) => line.startsWith('node {'))
  return new Map(
    lines.map((line) => {
      const [, name, op] = /name: "([^"]+)" op: "([^"]+)"/.exec(line)!
      const inputs = [...line.matchAll(/ input: "([^"]+)"/g)].map(([, input]) => input!)
      const offset = Number(/key: "offset" value { i: (\d+)/.exec(line)?.[1] ?? 0)
      const sizes = [...(/key: "sizes" value { list {([^}]*)}/.exec(line)?.[1] ?? '').matchAll(/i: (\d+)/g)].map(([, size]) => Number(size))
      return [name!, { name: name!, op: op!, inputs, offset, sizes }]
    }),
  )
}

/** Parts that follow one another over several nodes, each with the number of values before it. */
function partsOf(nodes: ReadonlyMap<string, Node>, names: readonly string[]): { ref: string; offset: number }[] {
  let offset = 0
  return names.flatMap((name) =>
    nodes.get(name)!.sizes.map((size, index) => {
      const part = { ref: index === 0 ? name : `${name}:${index}`, offset }
      offset += size
      return part
    }),
  )
}

/** Nodes that take a value, through Reshape too. */
function readersOf(nodes: ReadonlyMap<string, Node>, ref: string): Node[] {
  const direct = [...nodes.values()].filter(({ inputs }) => inputs.includes(ref))
  return direct.flatMap((node) => [node, ...(node.op === 'Reshape' ? readersOf(nodes, node.name) : [])])
}

function nodesBefore(nodes: ReadonlyMap<string, Node>, name: string): Set<string> {
  const found = new Set<string>()
  const open = [name]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const input of nodes.get(next)!.inputs) {
      const node = input.replace(/^\^/, '').split(':')[0]!
      if (found.has(node)) continue
      found.add(node)
      open.push(node)
    }
  }
  return found
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))
}
