import type { Tensor } from '../graph/graph.ts'
import { predictedClasses, softmaxCrossEntropy, topFiveErrors, topOneErrors } from '../layers/head.ts'
import { hasTopFive } from '../../../../../common/results/metrics.ts'
import { normalizedImages } from './augmentation.ts'
import { type BatchInput, batchInput } from './batch-images.ts'
import { readNormalization, type DataVariables } from './data-variables.ts'
import { readState, type FlatState } from './flat-state.ts'
import { inferencePasses, type InferencePass } from './inference.ts'
import type { ProgramOptions, SharedBuild } from './program-graph.ts'

/** Evaluation with running statistics: images in, numbers of each image out. */
export interface EvaluationProgram {
  readonly input: BatchInput
  readonly plain: Evaluated
  readonly withMoments: Evaluated & Responses
}

export interface Evaluated {
  /** fp32 [batch, classes] */
  readonly logits: Tensor
  /** fp32 [batch] */
  readonly losses: Tensor
  /** fp32 [batch]: 1 where the image is classified wrongly, else 0. */
  readonly topOneErrors: Tensor
  /** fp32 [batch]: 1 where the label is not among the five highest scores, else 0; null where that says nothing. */
  readonly topFiveErrors: Tensor | null
  /** fp32 [batch]: the class with the highest score; exact up to 16 million classes. */
  readonly predictions: Tensor
}

/** Mean and variance of each layer's response within each image. */
interface Responses {
  readonly layers: readonly string[]
  /** fp32 [layers, 2, batch] */
  readonly moments: Tensor
}

/** @throws Error where the batch cannot be shared equally among the branches */
export function buildEvaluation(shared: SharedBuild, layout: FlatState, data: DataVariables, options: ProgramOptions): EvaluationProgram {
  const { graph } = shared
  const { evaluationBatchSize: batch, evaluationBranches: branches } = options
  if (batch % branches !== 0) throw new Error(`${batch} images cannot be shared equally among ${branches} branches`)
  return graph.within('evaluation', () => {
    const input = batchInput(graph, data, options.network.design.inputShape, Array<number>(branches).fill(batch / branches))
    const build = { ...shared, branches, value: readState(shared, layout, 'DT_FLOAT').byName }
    const images = input.pixels.map((pixels) => normalizedImages(build, { pixels, ...readNormalization(graph, data) }))
    const addPasses = inferencePasses(build, options.network, images)
    const [plain, withMoments] = [addPasses(false), addPasses(true)]
    const { labels } = input // [batch]
    const evaluated = (branched: readonly InferencePass[]): Evaluated => {
      const logits = graph.concat(
        branched.map((pass) => pass.logits),
        0,
      )
      const predicted = predictedClasses(graph, logits) // [batch]
      return {
        logits,
        losses: softmaxCrossEntropy(build, logits, labels).losses,
        topOneErrors: topOneErrors(graph, predicted, labels),
        topFiveErrors: hasTopFive(options.network.design.classes) ? topFiveErrors(graph, logits, labels) : null,
        predictions: graph.cast(predicted, 'DT_FLOAT'),
      }
    }
    const moments = withMoments.map((pass) => graph.pack([...pass.moments.values()], 'moments'))
    const responses = { layers: [...withMoments[0]!.moments.keys()], moments: graph.concat(moments, 2) }
    return { input, plain: evaluated(plain), withMoments: { ...evaluated(withMoments), ...responses } }
  })
}
