import { elements } from '../../../../../common/network/kinds/shape.ts'
import { attr, type Graph, type Tensor } from '../graph/graph.ts'
import { type Part, ownParts, type PositionedPart, weightParts } from './flat-state.ts'
import type { Gradients, UpdateInputs, WeightUpdate, WeightUpdater } from './state-update.ts'
import { decayFor, decayRuns } from './weight-decay.ts'

/**
 * Updates in the variables' own memory with ops of our own, each array as soon as its gradient is there: no vector of all gradients,
 * decayed gradients or changes is ever made.
 */
export function updateInPlace(graph: Graph, inputs: UpdateInputs): WeightUpdater {
  const { layout, byName, recipe, beforeGradients } = inputs
  const parts = weightParts(layout)
  return {
    update: (gradients) =>
      moved(
        graph,
        inputs,
        joinedGradients(graph, parts, gradients, (part) => decayFor(part, recipe)).map((joined) => ({
          ...joined,
          // The way back through a layer reads its weights too. What came before is not named: TensorFlow fuses no op that others wait for.
          control: joined.parts.flatMap(({ name }) => graph.readersOf(byName(name).ref)).filter((node) => !beforeGradients.has(node)),
        })),
      ),
    addTo: (sum, gradients) => {
      const sums = graph.read(sum)
      return joinedGradients(graph, parts, gradients, () => 0).map(({ offset, gradient }) =>
        graph.node('SkiplabAdd', [sums, gradient], { T: attr.type(gradient.dtype), offset: attr.int(offset) }),
      )
    },
    updateBySum: (sum) => moved(graph, inputs, cutByDecay(graph, parts, graph.read(sum), inputs)),
    clear: (sum, control) => graph.node('SkiplabClear', [graph.read(sum, control)], { T: attr.type('DT_FLOAT') }, { control }),
  }
}

/** Neighbours among the weights, and their gradient. */
interface PartialUpdate {
  readonly offset: number
  /** fp32 or bf16 */
  readonly gradient: Tensor
  /** Share of the weights that joins the gradient. */
  readonly decay: number
  /** Nodes that read these weights and so come first. */
  readonly control: readonly string[]
}

function moved(graph: Graph, { weights, layout, learningRate, recipe }: UpdateInputs, updates: readonly PartialUpdate[]): WeightUpdate {
  const momenta = graph.read(layout.momentum)
  const squares = updates.map(({ offset, decay, gradient, control }): Tensor => {
    const attributes = {
      ...{ T: attr.type(gradient.dtype), offset: attr.int(offset), keep: attr.float(recipe.momentum) },
      ...{ decay: attr.float(decay), nesterov: attr.bool(recipe.nesterov) },
    }
    const node = graph.node('SkiplabMomentum', [weights, momenta, learningRate, gradient], attributes, { control })
    return { ref: node, dtype: 'DT_FLOAT', shape: [] }
  })
  // Whoever fetches the norm has all of them run.
  return { norm: graph.unary('Sqrt', graph.sum(graph.pack(squares, 'squares'), [0])), updates: [] }
}

/** Numbers of an array up to which joining it with its neighbours costs less than an op of its own. */
const mostJoined = 4096

/** Joins the gradients of small neighbours that are alike. */
function joinedGradients(graph: Graph, parts: readonly PositionedPart[], gradients: Gradients, decayOf: (part: Part) => number) {
  const groups: PositionedPart[][] = []
  const isSmall = ({ shape }: Part): boolean => elements(shape) <= mostJoined
  const typeOf = ({ name }: Part): string => gradients.get(name)!.dtype
  for (const part of parts) {
    const last = groups.at(-1)?.at(-1)
    const isAlike = last && decayOf(last) === decayOf(part) && typeOf(last) === typeOf(part)
    if (isAlike && isSmall(last) && isSmall(part)) groups.at(-1)!.push(part)
    else groups.push([part])
  }
  return groups.map((group) => ({
    parts: group,
    offset: group[0]!.offset,
    decay: decayOf(group[0]!),
    gradient: graph.concat(
      group.map(({ name, shape }) => graph.reshape(gradients.get(name)!, [elements(shape)])),
      0,
    ),
  }))
}

/** Cuts the gradient of all weights, fp32 [weights], where the decay changes. */
function cutByDecay(graph: Graph, parts: readonly PositionedPart[], gradient: Tensor, { recipe }: UpdateInputs): PartialUpdate[] {
  const runs = decayRuns(parts, recipe)
  const sizes = runs.map(({ size }) => size)
  return ownParts(graph, gradient, sizes).map((part, index) => ({ ...runs[index]!, gradient: part, control: [] }))
}
