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

export function buildEvaluation(shared: SharedBuild, layout: FlatState, data: DataVariables, options: ProgramOptions): EvaluationProgram {
  const { graph } = shared
  return graph.within('evaluation', () => {
    const input = batchInput(graph, data, options.network.design.inputShape, options.evaluationBatchSize)
    const build = { ...shared, value: readState(shared, layout, 'DT_FLOAT').byName }
    const { pixels, labels } = input // [batch, ...], [batch]
    const images = normalizedImages(build, { pixels, ...readNormalization(graph, data) })
    const addPass = inferencePasses(build, options.network, images)
    const [plain, withMoments] = [addPass(false), addPass(true)]
    const evaluated = ({ logits }: InferencePass): Evaluated => {
      const predicted = predictedClasses(graph, logits) // [batch]
      return {
        logits,
        losses: softmaxCrossEntropy(build, logits, labels).losses,
        topOneErrors: topOneErrors(graph, predicted, labels),
        topFiveErrors: hasTopFive(options.network.design.classes) ? topFiveErrors(graph, logits, labels) : null,
        predictions: graph.cast(predicted, 'DT_FLOAT'),
      }
    }
    const { moments } = withMoments
    const responses = { layers: [...moments.keys()], moments: graph.pack([...moments.values()], 'moments') }
    return { input, plain: evaluated(plain), withMoments: { ...evaluated(withMoments), ...responses } }
  })
}
