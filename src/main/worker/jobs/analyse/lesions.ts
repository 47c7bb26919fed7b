/**
 * Tests a network after lesions of its blocks, batch after batch: what stands before the first lesion is computed once for all of them.
 *
 * Claim: scores are those of a network that was laid out without the block, or with blocks in another order or scaled.
 * Evidence: test/integration/worker/lesions against the double-precision oracle, and worker/analyse-lesions.
 */
import type { LesionedBlock, LesionedRun } from '../../../../common/analyses/kinds/lesions.ts'
import { lesionBatch, type LesionPlan, planLesions } from '../../../../common/lesions/lesion-plan.ts'
import type { Lesion } from '../../../../common/lesions/lesions.ts'
import type { LesionBackend } from '../../backend/lesion-backend.ts'
import { Pace } from '../evaluate/observer.ts'
import type { AnalysedRun, Analyse, AnalysisContext, AnalysisInput } from './analysis.ts'
import { type AnalysedImages, loadAnalysed, openImages } from './load-analysed.ts'

export const analyseLesions: Analyse<'lesions'> = async (input, context) => {
  const runs: LesionedRun[] = []
  for (const run of input.runs) runs.push(await damageRun(run, input, context))
  return { runs }
}

async function damageRun(run: AnalysedRun, { options, split }: AnalysisInput<'lesions'>, context: AnalysisContext): Promise<LesionedRun> {
  const { device, observer } = context
  const { network, state, recipe } = loadAnalysed(run)
  const plan = planLesions(network, options)
  const batchSize = lesionBatch(network)
  const images = await openImages(run, split, options.images, context)
  try {
    await observer.mayGoOn(0)
    const backend = context.createLesionBackend({ network, recipe, precision: device.precision, device, batchSize })
    try {
      backend.loadData(images.normalization)
      backend.setState(state)
      const { classes } = network.design
      const scored = new ScoredPlan(plan, classes)
      const lesions = 1 + plan.single.length + plan.several.reduce((sum, { draws }) => sum + draws.length, 0)
      await scored.addAll(backend, images, batchSize, new Pace(observer, `lesions of run ${run.runId}`, lesions * images.count))
      return { runId: run.runId, images: images.count, classes, ...scored.result() }
    } finally {
      backend.dispose()
    }
  } finally {
    await images.close()
  }
}

/** Counts what becomes of the images under each lesion of a plan. */
class ScoredPlan {
  readonly #plan: LesionPlan
  readonly #classes: number
  readonly #intact = new Outcome()
  readonly #outcomes = new Map<Lesion, Outcome>()

  constructor(plan: LesionPlan, classes: number) {
    this.#plan = plan
    this.#classes = classes
    const lesions = [...plan.single.map(({ lesion }) => lesion), ...plan.several.flatMap(({ draws }) => draws)]
    for (const lesion of lesions) this.#outcomes.set(lesion, new Outcome())
  }

  async addAll(backend: LesionBackend, images: AnalysedImages, batchSize: number, pace: Pace<string>): Promise<void> {
    for (let start = 0; start < images.count; start += batchSize) {
      const { pixels, labels } = await images.read(start, Math.min(images.count, start + batchSize))
      const held = await pace.compute(labels.length, () => scoresOf(backend.hold(pixels), labels, this.#classes))
      this.#intact.add(held, held)
      for (const [lesion, outcome] of this.#outcomes) {
        const damaged = await pace.compute(labels.length, () => scoresOf(backend.damaged(lesion), labels, this.#classes))
        outcome.add(damaged, held)
      }
    }
  }

  result(): Pick<LesionedRun, 'error' | 'loss' | 'blocks' | 'several'> {
    const { sites, single, several } = this.#plan
    const lesions = new Map(single.map(({ position, lesion }) => [position, lesion]))
    return {
      error: this.#intact.error,
      loss: this.#intact.loss,
      blocks: sites.map((site): LesionedBlock => {
        const lesion = lesions.get(site.position)
        if (!lesion) return { ...site, error: null, loss: null, broken: 0, mended: 0 }
        const { error, loss, broken, mended } = this.#outcomes.get(lesion)!
        return { ...site, error, loss, broken, mended }
      }),
      several: several.map((each) => ({ lesions: each.lesions, errors: each.draws.map((lesion) => this.#outcomes.get(lesion)!.error) })),
    }
  }
}

/** Cross-entropy of each image in nats, and whether its highest score is another class's. */
interface Scores {
  readonly losses: readonly number[]
  readonly wrong: readonly boolean[]
}

function scoresOf(logits: Float32Array, labels: Int32Array, classes: number): Scores {
  const rows = Array.from(labels, (label, image) => ({ label, scores: logits.subarray(image * classes, (image + 1) * classes) }))
  return {
    losses: rows.map(({ label, scores }) => {
      const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity)
      return largest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0)) - scores[label]!
    }),
    // A score that is no number is nobody's highest.
    wrong: rows.map(
      ({ label, scores }) => !scores.every((score, index) => score < scores[label]! || (index >= label && score === scores[label])),
    ),
  }
}

class Outcome {
  #images = 0
  #loss = 0
  #wrong = 0
  broken = 0
  mended = 0

  add({ losses, wrong }: Scores, intact: Scores): void {
    this.#images += losses.length
    losses.forEach((loss, image) => {
      this.#loss += loss
      if (wrong[image]) this.#wrong++
      if (wrong[image] && !intact.wrong[image]) this.broken++
      if (!wrong[image] && intact.wrong[image]) this.mended++
    })
  }

  get error(): number {
    return this.#wrong / this.#images
  }

  /** null where scores are so large that it is not finite. */
  get loss(): number | null {
    const mean = this.#loss / this.#images
    return Number.isFinite(mean) ? mean : null
  }
}
