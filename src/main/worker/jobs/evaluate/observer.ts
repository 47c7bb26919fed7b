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

/** Thrown to leave work that was asked to stop. */
export class Stopped extends Error {}

/** What {@link Pace} tells; phases are those of an evaluation or an analysis. */
interface PaceObserver<Phase extends string> {
  progress(progress: Omit<ScoringProgress, 'phase'> & { readonly phase: Phase }): void
  mayGoOn(expectedMs: number): Promise<boolean>
}

/** Counts what is done and how long it takes. */
export class Pace<Phase extends string> {
  readonly #observer: PaceObserver<Phase>
  readonly #phase: Phase
  readonly #total: number
  readonly #doneBefore: number
  #done: number
  #busyMs = 0
  #lastMs = 0

  /** @param done of the total, by an earlier attempt */
  constructor(observer: PaceObserver<Phase>, phase: Phase, total: number, done = 0) {
    this.#observer = observer
    this.#phase = phase
    this.#total = total
    this.#done = done
    this.#doneBefore = done
  }

  /** Computes `count` images; tells of it. @throws Stopped */
  async compute<T>(count: number, work: () => T): Promise<T> {
    if (!(await this.#observer.mayGoOn(this.#lastMs))) throw new Stopped()
    const startedAt = performance.now()
    const made = work()
    this.#lastMs = performance.now() - startedAt
    this.#busyMs += this.#lastMs
    this.#done += count
    const imagesPerSecond = this.#busyMs > 0 ? ((this.#done - this.#doneBefore) * 1000) / this.#busyMs : null
    this.#observer.progress({ phase: this.#phase, done: this.#done, total: this.#total, imagesPerSecond })
    return made
  }
}

const heartbeatMs = 5_000

/** Tells that the worker lives while it opens data: of a large set bytes are checked and the mean is taken, which takes minutes. */
export async function withHeartbeat<T>(observer: Pick<ScoringObserver, 'mayGoOn'>, work: () => Promise<T>): Promise<T> {
  // One that is asked to stop hears so again at its next step.
  const heartbeat = setInterval(() => void observer.mayGoOn(0).catch(() => undefined), heartbeatMs)
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
  }
}
