/**
 * Measures how the gradient of a score with respect to the image changes along lines between two images.
 *
 * Definition: Balduzzi et al. 2017, The Shattered Gradients Problem, take a net from one number to one number, its gradient at 256 inputs
 * of a grid, and that gradient's autocorrelation (Fig. 1). Here the inputs are points on the line between two images of different classes,
 * as the network sees them, the number is the score of the first image's class before softmax, and products of gradients are summed over
 * the image. BN takes fixed statistics, so that no point depends on another: of a trained net its running ones, at initialisation those of
 * one batch. Evidence: test/integration/worker/analyse-gradients.
 */
import { lagsOf, lineBatch } from '../../../../common/analyses/kinds/shattering.ts'
import type { AnalysisResult } from '../../../../common/analyses/analyses.ts'
import { autocorrelation } from '../../../../common/analysis/autocorrelation.ts'
import { SkiplabError } from '../../../../common/failure.ts'
import type { Network } from '../../../../common/network/network.ts'
import type { InputGradientBackend } from '../../backend/propagation-backend.ts'
import { normalizedPixels } from '../../source/batches/normalized-pixels.ts'
import { Pace } from '../evaluate/observer.ts'
import { finite } from '../propagation/averaged-passes.ts'
import type { AnalysedRun, Analyse, AnalysisContext, AnalysisInput } from './analysis.ts'
import { comparedStates, type ComparedState } from './compared-states.ts'
import { type AnalysedNetwork, type HeldImages, loadAnalysed, readImages } from './load-analysed.ts'

type RunShattering = AnalysisResult<'shattering'>['runs'][number]
type Pass = RunShattering['passes'][number]

/** The ends of a line, normalized, [height, width, channels] each, and the class whose score is asked about. */
interface Line {
  readonly from: Float32Array
  readonly to: Float32Array
  readonly label: number
}

export const analyseShattering: Analyse<'shattering'> = async (input, context) => {
  const runs: RunShattering[] = []
  for (const run of input.runs) runs.push(await ofRun(run, input, context))
  return { points: input.options.points, runs }
}

async function ofRun(run: AnalysedRun, { options, split }: AnalysisInput<'shattering'>, context: AnalysisContext): Promise<RunShattering> {
  const { device, observer } = context
  const analysed = loadAnalysed(run)
  const { network, recipe } = analysed
  // Neighbours of one class are passed over: twice as many are enough where classes are many and mixed.
  const images = await readImages(run, split, Math.max(options.statisticsImages, 4 * options.lines), context)
  const lines = linesOf(images, network, options.lines)
  const states = comparedStates(run, analysed, options.initial)
  await observer.mayGoOn(0)
  const batchSize = lineBatch(options.points)
  const backend = context.createInputGradientBackend({ network, recipe, device, batchSize })
  try {
    const passes: Pass[] = []
    const pace = new Pace(observer, `input gradients of run ${run.runId}`, lines.length * states.length)
    for (const compared of states) {
      backend.setState(withStatistics(compared, analysed, images, options.statisticsImages, context))
      const all: Float64Array[] = []
      for (const line of lines) {
        all.push(await pace.compute(1, () => autocorrelationAlong(backend, network, line, options.points, batchSize)))
      }
      passes.push({ weights: compared.weights, ...overLines(all) })
    }
    return { runId: run.runId, lines: lines.length, passes }
  } finally {
    backend.dispose()
  }
}

/** Pairs images of different classes. @throws SkiplabError bad-input where all are of one */
function linesOf({ pixels, labels, normalization }: HeldImages, network: Network, wanted: number): Line[] {
  const size = pixels.length / labels.length
  const normalized = normalizedPixels(pixels, normalization)
  const lines: Line[] = []
  let first = 0
  for (let at = 1; at < labels.length && lines.length < wanted; at++) {
    if (labels[at] === labels[first]) continue
    const image = (index: number) => normalized.subarray(index * size, (index + 1) * size)
    lines.push({ from: image(first), to: image(at), label: labels[first]! })
    first = ++at
  }
  if (lines.length > 0) return lines
  throw new SkiplabError('bad-input', `${network.name}: expected images of two classes, between which a line lies; all are of one.`)
}

/** Initial weights come without statistics of BN: those of one batch take their place. */
function withStatistics(
  { weights, state }: ComparedState,
  { network, recipe }: AnalysedNetwork,
  { pixels, labels, normalization }: HeldImages,
  wanted: number,
  context: AnalysisContext,
): ReadonlyMap<string, Float32Array> {
  if (weights === 'trained') return state
  const batchSize = Math.min(wanted, labels.length)
  const backend = context.createPropagationBackend({ network, recipe, device: context.device, batchSize })
  try {
    backend.setState(state)
    const size = pixels.length / labels.length
    const { statistics } = backend.observe(
      normalizedPixels(pixels.subarray(0, batchSize * size), normalization),
      labels.subarray(0, batchSize),
    )
    return new Map([...state, ...statistics])
  } finally {
    backend.dispose()
  }
}

function autocorrelationAlong(
  backend: InputGradientBackend,
  network: Network,
  { from, to, label }: Line,
  points: number,
  batchSize: number,
): Float64Array {
  const size = from.length
  const direction = new Float32Array(network.design.classes)
  direction[label] = 1
  const gradients = new Float32Array(points * size)
  for (let start = 0; start < points; start += batchSize) {
    // The last batch is filled up with the line's end.
    const images = Float32Array.from({ length: batchSize * size }, (_, at) => {
      const share = Math.min(1, (start + Math.floor(at / size)) / (points - 1))
      return from[at % size]! + share * (to[at % size]! - from[at % size]!)
    })
    const found = backend.inputGradients(images, direction)
    gradients.set(found.subarray(0, Math.min(batchSize, points - start) * size), start * size)
  }
  return autocorrelation(gradients, points, lagsOf(points))
}

/** Mean and standard deviation over the lines at each distance. */
function overLines(all: readonly Float64Array[]): Pick<Pass, 'autocorrelation' | 'spread'> {
  const moments = Array.from(all[0]!, (_, lag) => {
    const values = all.map((line) => line[lag]!)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    return { mean: finite(mean), spread: values.length > 1 ? finite(Math.sqrt(square / (values.length - 1))) : null }
  })
  return { autocorrelation: moments.map(({ mean }) => mean), spread: moments.map(({ spread }) => spread) }
}
