/**
 * Computes loss and error around networks along random filter-normalized directions.
 *
 * Claim: the middle point is the run's own evaluation; each other point is the network with its weights moved, its statistics of BN as they
 * are. An analysis that was interrupted gives the same bytes as one that was not.
 * Evidence: test/integration/worker/loss-surface, test/unit/common/analyses/directions; figures in docs/numbers.md.
 */
import { z } from 'zod'
import type { SurfaceResult } from '../../../../common/analyses/kinds/loss-surface.ts'
import { gridSteps } from '../../../../common/analyses/loss-surface/grid.ts'
import { precisionSchema } from '../../../../common/device.ts'
import type { Analyse } from './analysis.ts'
import { type DonePoints, SurfaceOfRun } from './surface-of-run.ts'

const doneSchema = z.object({
  precision: precisionSchema,
  bf16Difference: z.number().nullable(),
  loss: z.array(z.number().nullable()),
  error: z.array(z.number()),
})

/** What is kept to go on from; where a run's checkpoint is another one by now nothing is taken. */
const partialSchema = z.object({ epochs: z.array(z.int()), runs: z.array(doneSchema) })

const savedEveryMs = 5_000

export const analyseLossSurface: Analyse<'loss-surface'> = async (input, context) => {
  const epochs = input.runs.map(({ epoch }) => epoch)
  const before = partialSchema.safeParse(context.partial.read()).data
  const done: DonePoints[] = before && String(before.epochs) === String(epochs) ? before.runs : []
  const runs: SurfaceResult['runs'] = []
  let images = 0
  for (const [index, run] of input.runs.entries()) {
    const surface = await SurfaceOfRun.open(run, input, context)
    const saver = new Saver((points) => context.partial.write({ epochs, runs: [...done.slice(0, index), points] }))
    done[index] = await saver.during(() => surface.measure(done[index], (points) => saver.take(points)))
    images = surface.images
    runs.push(surface.result(done[index]))
  }
  return { steps: gridSteps(input.options.resolution, input.options.range), images, runs }
}

/** Saves what is done now and then, and when the work is left before its end. */
class Saver {
  readonly #write: (points: DonePoints) => void
  #latest: DonePoints | null = null
  #savedAt = performance.now()

  constructor(write: (points: DonePoints) => void) {
    this.#write = write
  }

  take(points: DonePoints): void {
    this.#latest = points
    if (performance.now() - this.#savedAt < savedEveryMs) return
    this.#write(points)
    this.#savedAt = performance.now()
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (this.#latest) this.#write(this.#latest)
      throw error
    }
  }
}
