import type { evaluationPhases } from '../../../../common/evaluation/evaluation.ts'

export interface ScoringProgress {
  readonly phase: (typeof evaluationPhases)[number]
  /** Views of images, or images of the batch statistics. */
  readonly done: number
  readonly total: number
  readonly imagesPerSecond: number | null
}

/** What an evaluation tells while it runs, and how it learns that it is to end. */
export interface ScoringObserver {
  progress(progress: ScoringProgress): void
  /** Lets messages in; called between two blocking calls. @param expectedMs how long the next one may take; 0 when that is unknown */
  mayGoOn(expectedMs: number): Promise<boolean>
}

/** Thrown to leave an evaluation that was asked to stop. */
export class Stopped extends Error {}

/** Counts what is done and how long it takes. */
export class Pace {
  readonly #observer: ScoringObserver
  readonly #phase: ScoringProgress['phase']
  readonly #total: number
  #done = 0
  #busyMs = 0
  #lastMs = 0

  constructor(observer: ScoringObserver, phase: ScoringProgress['phase'], total: number) {
    this.#observer = observer
    this.#phase = phase
    this.#total = total
  }

  /** Computes `count` images; tells of it. @throws Stopped */
  async compute<T>(count: number, work: () => T): Promise<T> {
    if (!(await this.#observer.mayGoOn(this.#lastMs))) throw new Stopped()
    const startedAt = performance.now()
    const made = work()
    this.#lastMs = performance.now() - startedAt
    this.#busyMs += this.#lastMs
    this.#done += count
    const imagesPerSecond = this.#busyMs > 0 ? (this.#done * 1000) / this.#busyMs : null
    this.#observer.progress({ phase: this.#phase, done: this.#done, total: this.#total, imagesPerSecond })
    return made
  }
}
