import type { LayersResult } from '../analyses/kinds/layers.ts'
import type { RunSummary } from '../records/records.ts'
import type { FigureInput } from '../export/figure.ts'
import type { DrawnAnalysis } from './drawn-analysis.ts'
import { layerAxis } from './layer-axis.ts'
import { layerPanels, layersAsFigure, type LayerSource, type LayerWords } from './layer-lines.ts'

type RunMeasures = LayersResult['runs'][number]

/** One number of each layer, ReLU or block, which a chart shows. */
export interface LayerMeasure extends LayerWords {
  readonly value: string
  /** On a button. */
  readonly label: string
  /** What stands on the horizontal axis. */
  readonly xTitle: 'layer' | 'ReLU' | 'block'
  /** What is seen, as a sentence. */
  readonly words: string
  readonly logarithmic: boolean
  /** Whether it is of what the layers make of images while BN normalises as the analysis says. */
  readonly ofResponses: boolean
  numbers(run: RunMeasures): readonly { readonly name: string; readonly number: number }[]
}

const ofLayers = (key: 'std' | 'mean' | 'weightNorm' | 'gradientNorm'): LayerMeasure['numbers'] => {
  return ({ layers }) => layers.flatMap((each) => (each[key] === null ? [] : [{ name: each.layer, number: each[key] }]))
}

/** All measures of the analysis, the paper's Figure 7 first. */
export const layerMeasures: readonly LayerMeasure[] = [
  {
    value: 'std',
    label: 'Std',
    yTitle: 'std of response',
    xTitle: 'layer',
    sortedBy: 'std',
    title: 'Response of each layer, after BN and before addition and nonlinearity',
    words: 'Standard deviation of each layer’s response, behind BN and before ReLU and addition: the paper’s Figure 7.',
    logarithmic: false,
    ofResponses: true,
    numbers: ofLayers('std'),
  },
  {
    value: 'mean',
    label: 'Mean',
    yTitle: 'mean of response',
    xTitle: 'layer',
    sortedBy: 'mean',
    title: 'Mean response of each layer, after BN and before addition and nonlinearity',
    words: 'Mean of each layer’s response, behind BN and before ReLU and addition.',
    logarithmic: false,
    ofResponses: true,
    numbers: ofLayers('mean'),
  },
  {
    value: 'ratio',
    label: 'F(x) beside x',
    yTitle: '‖F(x)‖ / ‖x‖',
    xTitle: 'block',
    sortedBy: 'size',
    title: 'What each block adds, beside what it adds it to',
    words:
      'How large what a block’s layers add is beside what they add it to, root mean square over the images; plain nets have no such sum.',
    logarithmic: false,
    ofResponses: true,
    numbers: ({ blocks }) => blocks.map(({ block, branchNorm, shortcutNorm }) => ({ name: block, number: branchNorm / shortcutNorm })),
  },
  {
    value: 'dead',
    label: 'Dead ReLUs',
    yTitle: 'share of dead channels',
    xTitle: 'ReLU',
    sortedBy: 'size',
    title: 'Channels that are 0 everywhere in all images',
    words: 'Share of each ReLU’s channels that are 0 everywhere in all images.',
    logarithmic: false,
    ofResponses: true,
    numbers: ({ relus }) => relus.map(({ layer, dead }) => ({ name: layer, number: dead })),
  },
  {
    value: 'weights',
    label: 'Weights',
    yTitle: 'norm of weights',
    xTitle: 'layer',
    sortedBy: 'size',
    title: 'L2 norm of each layer’s weights',
    words: 'L2 norm of each layer’s weights, projections, gates and classifier included.',
    logarithmic: false,
    ofResponses: false,
    numbers: ofLayers('weightNorm'),
  },
  {
    value: 'gradients',
    label: 'Gradients',
    yTitle: 'norm of gradient',
    xTitle: 'layer',
    sortedBy: 'size',
    title: 'L2 norm of the loss’s gradient for each layer’s weights',
    words: 'L2 norm of the mean loss’s gradient for each layer’s weights, averaged over batches that normalise by themselves.',
    logarithmic: true,
    ofResponses: false,
    numbers: ofLayers('gradientNorm'),
  },
]

/** Runs with one measure in place of the recorded responses, so that the same panels draw both; runs without it are left out. */
export function sourcesOf(
  measure: LayerMeasure,
  { runs: measured }: LayersResult,
  runs: readonly RunSummary[],
  epochs: readonly number[],
): LayerSource[] {
  return measured.flatMap((each, index) => {
    const run = runs.find(({ id }) => id === each.runId)
    const numbers = measure.numbers(each)
    if (!run || numbers.length === 0) return []
    const values = [Float64Array.from(numbers, ({ number }) => number)]
    return [{ run, history: { layers: numbers.map(({ name }) => name), epochs: [epochs[index] ?? 0], values } }]
  })
}

/** The figure of one measure, in the colours of paper, on an axis around its lines. */
export function layersResultFigure(
  { analysis, result, runs }: DrawnAnalysis<'layers'>,
  { measure, ...look }: { readonly measure: LayerMeasure; readonly ofSeeds: boolean; readonly together: boolean },
): FigureInput {
  const sources = sourcesOf(measure, result, runs, analysis.epochs)
  const seen = { ...look, epoch: Math.max(0, ...analysis.epochs) }
  const lines = layerPanels(sources, { ...seen, theme: 'light' }).flatMap(({ series }) => series)
  return layersAsFigure(sources, seen, layerAxis(lines, [], { vertical: 'lines', logarithmic: measure.logarithmic }), null, measure)
}
