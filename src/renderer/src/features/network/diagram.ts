import { blockOf, countsAsDepth, isProjection, type Layer, stageOf } from '../../../../common/network/graph/layer.ts'
import type { Network } from '../../../../common/network/network.ts'

/** A weighted layer of the main path, or a max pool. Pixels; the baseline is y = 0 and boxes stand on it. */
export interface Box {
  readonly layer: Layer
  readonly x: number
  readonly width: number
  readonly height: number
}

/** A shortcut from the output of one box over the next block. */
export interface Arc {
  readonly from: number
  readonly to: number
  /** Dimensions grow: drawn dashed, as in the paper's Fig. 3. */
  readonly grows: boolean
  /** A 1x1 convolution with parameters of its own. */
  readonly projection: boolean
  /** A highway block's: a gate says how much of it goes through. */
  readonly gated: boolean
}

export interface StageMark {
  readonly x: number
  readonly width: number
  /** What its last weighted layer makes: "16 × 16 × 32". */
  readonly shape: string
  readonly layers: number
}

export interface Diagram {
  readonly boxes: readonly Box[]
  readonly arcs: readonly Arc[]
  readonly stages: readonly StageMark[]
  readonly width: number
}

const boxWidth = 9
const gap = 4
const blockGap = 9
const stageGap = 22
/** Pixels from one stage to the next that hold a label of two lines, or of one. */
const narrowLabel = 84
const wideLabel = 136

/** Lays a network out from left to right; heights tell the number of channels, on a logarithmic scale. */
export function layOut(network: Network): Diagram {
  const boxes: Box[] = []
  const arcs: Arc[] = []
  const stages: { x: number; end: number; shape: string; layers: number; stage: string }[] = []
  let x = 0
  for (const layer of network.layers) {
    if (!countsAsDepth(layer) && layer.kind !== 'max-pooling') continue
    const previous = boxes[boxes.length - 1]
    const before = stages[stages.length - 1]
    if (previous) x += boxWidth + distance(previous.layer, layer)
    // A stage of a shallow net is no wider than a few boxes, but its label needs room.
    if (before && before.stage !== stageOf(layer)) x = Math.max(x, before.x + narrowLabel)
    boxes.push({ layer, x, width: boxWidth, height: heightOf(layer) })
    const stage = stages[stages.length - 1]
    const [end, shape] = [x + boxWidth, layer.outputShape.join(' × ')]
    if (stage?.stage !== stageOf(layer)) {
      if (inStage(layer)) stages.push({ x, end, shape, layers: 1, stage: stageOf(layer) })
    } else if (countsAsDepth(layer)) Object.assign(stage, { end, shape, layers: stage.layers + 1 })
    else stage.end = end
  }
  const firstOf = new Map(boxes.map((box, index) => [blockOf(box.layer), index] as const).reverse())
  const lastOf = new Map(boxes.map((box, index) => [blockOf(box.layer), index]))
  const projected = new Set(network.layers.filter(isProjection).map(blockOf))
  for (const addition of network.layers) {
    if (addition.kind !== 'addition' && addition.kind !== 'gated-addition') continue
    const last = lastOf.get(blockOf(addition)) ?? 0
    const before = boxes[(firstOf.get(blockOf(addition)) ?? 0) - 1]
    if (!before) continue
    const grows = before.layer.outputShape.join() !== addition.outputShape.join()
    const [projection, gated] = [projected.has(blockOf(addition)), addition.kind === 'gated-addition']
    arcs.push({ from: before.x + boxWidth, to: boxes[last]!.x + boxWidth, grows, projection, gated })
  }
  return {
    boxes,
    arcs,
    stages: stages.map(({ x: from, end, shape, layers }) => ({ x: from, width: end - from, shape, layers })),
    width: x + boxWidth,
  }
}

/** Lays out the labels under the stages, in pixels of the zoomed drawing: two lines where one has no room, none where nothing fits. */
export function stageLabels({ stages, width }: Diagram, zoom: number): { x: number; lines: string[] }[] {
  const rooms = stages.map(({ x }, index) => ((stages[index + 1]?.x ?? width) - x) * zoom)
  const room = Math.min(...rooms)
  return stages.map(({ x, layers, shape }) => {
    const words = [`${layers} layers`, shape]
    return { x: (x + 4) * zoom, lines: room >= wideLabel ? [words.join(', ')] : room >= narrowLabel ? words : [] }
  })
}

/** Tells whether a layer lies in a block of a stage; stem and classifier stand alone. */
export function inStage(layer: Pick<Layer, 'name'>): boolean {
  return blockOf(layer).includes('.')
}

function distance(before: Layer, after: Layer): number {
  if (stageOf(before) !== stageOf(after)) return stageGap
  return blockOf(before) === blockOf(after) ? gap : blockGap
}

function heightOf(layer: Layer): number {
  const channels = layer.outputShape[layer.outputShape.length - 1] ?? 1
  return 10 + 5 * Math.log2(channels)
}
