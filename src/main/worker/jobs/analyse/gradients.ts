/**
 * Measures the loss's gradient by depth, with BN normalizing by the batch as in a training step.
 *
 * Claim: norms are those of central differences in double precision. Evidence: test/integration/worker/propagation and
 * analyse-gradients.
 */
import type { AnalysisResult } from '../../../../common/analyses/analyses.ts'
import type { PropagationBackend, Propagation } from '../../backend/propagation-backend.ts'
import { normalizedPixels } from '../../source/batches/normalized-pixels.ts'
import { Pace } from '../evaluate/observer.ts'
import { averagedPasses } from '../propagation/averaged-passes.ts'
import type { AnalysedRun, Analyse, AnalysisContext, AnalysisInput } from './analysis.ts'
import { comparedStates } from './compared-states.ts'
import { type AnalysedImages, loadAnalysed, openImages } from './load-analysed.ts'

type RunGradients = AnalysisResult<'gradients'>['runs'][number]

export const analyseGradients: Analyse<'gradients'> = async (input, context) => {
  const runs: RunGradients[] = []
  for (const run of input.runs) runs.push(await ofRun(run, input, context))
  return { runs }
}

async function ofRun(run: AnalysedRun, { options, split }: AnalysisInput<'gradients'>, context: AnalysisContext): Promise<RunGradients> {
  const { device, observer } = context
  const analysed = loadAnalysed(run)
  const { network, recipe } = analysed
  const images = await openImages(run, split, options.batches * options.batchSize, context)
  try {
    const batchSize = Math.min(options.batchSize, images.count)
    const count = Math.floor(images.count / batchSize) * batchSize
    const states = comparedStates(run, analysed, options.initial)
    await observer.mayGoOn(0)
    const backend = context.createPropagationBackend({ network, recipe, device, batchSize })
    try {
      const pace = new Pace(observer, `gradients of run ${run.runId}`, count * states.length)
      const passes: RunGradients['passes'] = []
      for (const { weights, state } of states) {
        backend.setState(state)
        const { rectifiers: _, ...averaged } = averagedPasses(network, await observeAll(backend, images, batchSize, count, pace))
        passes.push({ weights, ...averaged })
      }
      return { runId: run.runId, images: count, passes }
    } finally {
      backend.dispose()
    }
  } finally {
    await images.close()
  }
}

async function observeAll(
  backend: PropagationBackend,
  images: AnalysedImages,
  batchSize: number,
  count: number,
  pace: Pace<string>,
): Promise<Propagation[]> {
  const found: Propagation[] = []
  for (let start = 0; start < count; start += batchSize) {
    const { pixels, labels } = await images.read(start, start + batchSize)
    found.push(await pace.compute(batchSize, () => backend.observe(normalizedPixels(pixels, images.normalization), labels)))
  }
  return found
}
