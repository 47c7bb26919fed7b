import { blocksOf, scaledParameters, type Section, sectionsOf, withoutBranch } from '../../../../../common/lesions/sections.ts'
import { attr, Graph, type Tensor } from '../graph/graph.ts'
import type { InferenceBuild } from '../layers/build.ts'
import { normalizedImages } from './augmentation.ts'
import { dataVariables, fedVariable, type DataVariables, readNormalization } from './data-variables.ts'
import type { FedState } from './fed-state.ts'
import { flatState, readState } from './flat-state.ts'
import { inferenceOf } from './inference.ts'
import type { LesionProgramOptions } from './lesion-program.ts'

/**
 * Scores with gates at the blocks: a closed gate leaves the block's F(x) out, and TensorFlow does not compute it. What goes into a
 * section can be fetched and fed, so that a run computes what lies between two of them and nothing else.
 */
export interface LesionGraph extends FedState {
  readonly graph: Graph
  readonly data: DataVariables
  /** Placeholder uint8 [batch, height, width, channels] */
  readonly pixels: Tensor
  /** Placeholder fp32 [blocks]: what F(x) is multiplied by; 0 closes the gate. */
  readonly scales: Tensor
  /** What goes into each section, [batch, ...]; in fp32, which Node can hold, whatever is computed with. */
  readonly borders: readonly Tensor[]
  /** fp32 [batch, classes] */
  readonly logits: Tensor
}

/** The two ways through a section. */
interface SectionPass {
  readonly intact: (from: string, x: Tensor) => Tensor
  /** Null where nothing can take the section's place. */
  readonly removed: ((from: string, x: Tensor) => Tensor) | null
  /** Whether F(x) is computed: bool []. */
  readonly open: Tensor | null
}

export function buildLesionGraph({ network, recipe, precision, ownKernels, batchSize }: LesionProgramOptions): LesionGraph {
  const graph = new Graph()
  const layout = flatState(graph, network)
  const data = dataVariables(graph, { network, recipe, imageCount: null })
  const sections = sectionsOf(network)
  const compute = precision === 'bf16' ? 'DT_BFLOAT16' : 'DT_FLOAT'
  const scales = graph.placeholder('scales', 'DT_FLOAT', [Math.max(1, blocksOf(sections).length)])
  const scaleOf = eachScale(graph, sections, scales)
  const value = scaledValues(graph, sections, scaleOf, readState({ graph, ownKernels }, layout, 'DT_FLOAT').byName)
  const build = { graph, compute, ownKernels, batchNormEpsilon: recipe.batchNormEpsilon, value } as const
  const passes = sections.map((section) => sectionPass(build, section, scaleOf.get(section) ?? null))
  const pixels = graph.placeholder('pixels', 'DT_UINT8', [batchSize, ...network.design.inputShape])
  const images = normalizedImages(build, { pixels, ...readNormalization(graph, data) })
  const { borders, logits } = chain(build, sections, passes, images)
  const [weights, statistics] = [fedVariable(graph, layout.weights), fedVariable(graph, layout.statistic)]
  const assign = graph.group('assign-state', [weights.assign, statistics.assign])
  return { graph, layout, data, weights, statistics, assign, pixels, scales, borders, logits }
}

/** Cuts the scales into one number for each block: fp32 []. */
function eachScale(graph: Graph, sections: readonly Section[], scales: Tensor): ReadonlyMap<Section, Tensor> {
  const each = graph.split(scales, Array<number>(scales.shape[0]!).fill(1))
  const blocks = sections.filter(({ block }) => block !== null)
  return new Map(blocks.map((section, index) => [section, graph.reshape(each[index]!, [])]))
}

/** Multiplies what a block's F(x) is proportional to. By 1 no number changes. */
function scaledValues(
  graph: Graph,
  sections: readonly Section[],
  scaleOf: ReadonlyMap<Section, Tensor>,
  value: (name: string) => Tensor,
): (name: string) => Tensor {
  const scaled = new Map(
    sections.flatMap((section) => {
      const scale = scaleOf.get(section)
      return scale ? scaledParameters(section).map((name) => [name, graph.binary('Mul', value(name), scale)] as const) : []
    }),
  )
  return (name) => scaled.get(name) ?? value(name)
}

function sectionPass(build: InferenceBuild, section: Section, scale: Tensor | null): SectionPass {
  const { graph } = build
  const intact = inferenceOf(build, section.layers)
  const left = scale && withoutBranch(section)
  if (!left) return { intact, removed: null, open: null }
  const attributes = { T: attr.type('DT_FLOAT'), incompatible_shape_error: attr.bool(true) }
  return { intact, removed: inferenceOf(build, left), open: graph.op('NotEqual', [scale, graph.float(0)], attributes, 'DT_BOOL', []) }
}

/** Adds all sections, each behind a border. */
function chain(
  build: InferenceBuild,
  sections: readonly Section[],
  passes: readonly SectionPass[],
  images: Tensor,
): Pick<LesionGraph, 'borders' | 'logits'> {
  const { graph } = build
  const borders: Tensor[] = []
  let x = images
  for (const [index, section] of sections.entries()) {
    const border = graph.cast(x, 'DT_FLOAT')
    borders.push(border)
    x = graph.within(section.block ?? `section-${index}`, () => gated(graph, section.input, graph.cast(border, x.dtype), passes[index]!))
  }
  return { borders, logits: x }
}

/** Sends x through the block or past it, as its gate says. */
function gated(graph: Graph, from: string, x: Tensor, { intact, removed, open }: SectionPass): Tensor {
  if (!open || !removed) return intact(from, x)
  const gate = graph.node('Switch', [x, open], { T: attr.type(x.dtype) })
  const through = graph.within('intact', () => intact(from, { ...x, ref: `${gate}:1` }))
  const past = graph.within('removed', () => removed(from, { ...x, ref: `${gate}:0` }))
  return { ...through, ref: graph.node('Merge', [past, through], { T: attr.type(through.dtype), N: attr.int(2) }) }
}
