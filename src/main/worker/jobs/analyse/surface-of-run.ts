import { surfaceBatch, type SurfaceResult } from '../../../../common/analyses/kinds/loss-surface.ts'
import { cosineOf, type Direction, filterNormalizedDirection, movedState } from '../../../../common/analyses/loss-surface/directions.ts'
import { gridSteps, rowsOf, surfacePoints, type SurfacePoint } from '../../../../common/analyses/loss-surface/grid.ts'
import type { Precision } from '../../../../common/device.ts'
import type { ScoringBackend } from '../../backend/backend.ts'
import { Pace } from '../evaluate/observer.ts'
import type { AnalysedRun, AnalysisContext, AnalysisInput } from './analysis.ts'
import { type AnalysedNetwork, type HeldImages, loadAnalysed, readImages } from './load-analysed.ts'

/** Points of a run that are done, in their order, and in which precision. */
export interface DonePoints {
  readonly precision: Precision
  /** See the result's field of this name. */
  readonly bf16Difference: number | null
  readonly loss: (number | null)[]
  readonly error: number[]
}

/** Largest difference, as a share of the loss, up to which bf16 takes the place of fp32. */
const allowedDifference = 0.02
/** Losses below it, nats, are compared as if they were so large. */
const smallLoss = 0.1

/** The surface around one run's network: measures point by point. */
export class SurfaceOfRun {
  readonly #run: AnalysedRun
  readonly #context: AnalysisContext
  readonly #analysed: AnalysedNetwork
  readonly #images: HeldImages
  readonly #steps: readonly number[]
  readonly #directions: readonly Direction[]
  readonly #points: readonly SurfacePoint[]

  static async open(run: AnalysedRun, { options, split }: AnalysisInput<'loss-surface'>, context: AnalysisContext): Promise<SurfaceOfRun> {
    return new SurfaceOfRun(run, options, context, await readImages(run, split, options.images, context))
  }

  private constructor(run: AnalysedRun, options: AnalysisInput<'loss-surface'>['options'], context: AnalysisContext, images: HeldImages) {
    this.#run = run
    this.#context = context
    this.#analysed = loadAnalysed(run)
    this.#images = images
    this.#steps = gridSteps(options.resolution, options.range)
    const { network, state } = this.#analysed
    const axes = options.shape === 'plane' ? [0, 1] : [0]
    this.#directions = axes.map((axis) => filterNormalizedDirection(network, state, options.seed, axis))
    this.#points = surfacePoints(this.#steps, options.shape === 'plane')
  }

  get images(): number {
    return this.#images.labels.length
  }

  /** @param before what an earlier attempt did @param save is given what is done so far, after each point */
  async measure(before: DonePoints | undefined, save: (points: DonePoints) => void): Promise<DonePoints> {
    const done = before ?? { ...(await this.#choosePrecision()), loss: [], error: [] }
    await this.#with(done.precision, async (backend) => {
      const pace = new Pace(this.#context.observer, `points of run ${this.#run.runId}`, this.#points.length, done.loss.length)
      for (const point of this.#points.slice(done.loss.length)) {
        const { loss, error } = await pace.compute(1, () => this.#measurePoint(backend, point))
        done.loss.push(loss)
        done.error.push(error)
        save(done)
      }
    })
    return done
  }

  result({ precision, bf16Difference, loss, error }: DonePoints): SurfaceResult['runs'][number] {
    const [first, second] = this.#directions
    const columns = this.#steps.length
    const cosine = second ? cosineOf(first!, second) : null
    return { runId: this.#run.runId, precision, bf16Difference, cosine, loss: rowsOf(loss, columns), error: rowsOf(error, columns) }
  }

  /** Takes bf16 where the device computes in it and it moves the loss at the middle and the outermost points by no more than is allowed. */
  async #choosePrecision(): Promise<Pick<DonePoints, 'precision' | 'bf16Difference'>> {
    if (this.#context.device.precision === 'fp32') return { precision: 'fp32', bf16Difference: null }
    const probe = (backend: ScoringBackend) => this.#probes().map((point) => this.#measurePoint(backend, point).loss)
    const [exact, rough] = [await this.#with('fp32', probe), await this.#with('bf16', probe)]
    const differences = exact.map((loss, index) => differenceOf(loss, rough[index]!))
    const bf16Difference = Math.max(...differences)
    const precision = bf16Difference <= allowedDifference ? 'bf16' : 'fp32'
    return { precision, bf16Difference: Number.isFinite(bf16Difference) ? bf16Difference : null }
  }

  /** The network itself, and the ends or corners. */
  #probes(): SurfacePoint[] {
    const [least, most] = [this.#steps[0]!, this.#steps.at(-1)!]
    const isProbe = ({ x, y }: SurfacePoint) =>
      (x === 0 && (y ?? 0) === 0) || ((x === least || x === most) && (y === null || y === least || y === most))
    return this.#points.filter(isProbe)
  }

  #measurePoint(backend: ScoringBackend, { x, y }: SurfacePoint): { loss: number | null; error: number } {
    backend.setState(movedState(this.#analysed.state, this.#directions, [x, y ?? 0]))
    const { losses, topOneErrors } = backend.losses(this.#images.pixels, this.#images.labels)
    const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
    const loss = mean(losses)
    return { loss: Number.isFinite(loss) ? loss : null, error: mean(topOneErrors) }
  }

  async #with<T>(precision: Precision, work: (backend: ScoringBackend) => T | Promise<T>): Promise<T> {
    const { network, recipe } = this.#analysed
    const { device, observer, createScoringBackend } = this.#context
    await observer.mayGoOn(0)
    const sizes = { batchSize: Math.min(surfaceBatch, this.images), padding: 0, statisticsBatchSize: null }
    const backend = createScoringBackend({ network, recipe, precision, device, ...sizes })
    try {
      backend.loadData(this.#images.normalization)
      return await work(backend)
    } finally {
      backend.dispose()
    }
  }
}

/** Computes how far a loss in bf16 is from that in fp32, as a share of it. */
function differenceOf(exact: number | null, rough: number | null): number {
  if (exact === null || rough === null) return exact === rough ? 0 : Infinity
  return Math.abs(rough - exact) / Math.max(smallLoss, Math.abs(exact))
}
