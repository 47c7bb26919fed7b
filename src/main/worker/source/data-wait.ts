import type { RunData } from './batches/batch-source.ts'

/** Time for which a run waited for images that were not there when it needed them. */
export class DataWait {
  #ms = 0

  /** Counts the time until it has come. */
  async until<Awaited>(coming: Awaited | Promise<Awaited>): Promise<Awaited> {
    const from = performance.now()
    try {
      return await coming
    } finally {
      this.#ms += performance.now() - from
    }
  }

  /** Milliseconds since it was last asked. */
  take(): number {
    const ms = this.#ms
    this.#ms = 0
    return ms
  }
}

/** The same data, whose batches and evaluated images count into `wait`. */
export function withDataWait({ training, validation, test, ...data }: RunData, wait: DataWait): RunData {
  const timed = (set: RunData['test']): RunData['test'] => ({
    count: set.count,
    read: (start, end) => wait.until(set.read(start, end)),
  })
  return {
    ...data,
    training: { imageCount: training.imageCount, batch: (epoch, step) => wait.until(training.batch(epoch, step)) },
    validation: timed(validation),
    test: timed(test),
  }
}
