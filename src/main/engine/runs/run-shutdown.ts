import type { StopMode } from './runner.ts'

/** How the engine may end; see {@link StopMode}. */
export type EndMode = Exclude<StopMode, 'epoch'>

interface RunShutdownOptions {
  /** Of runs and of evaluations. */
  readonly runners: readonly { stopAll(mode: StopMode): Promise<void> }[]
  readonly log: (message: string) => void
  /** Called when the running epochs are to be the last ones. */
  readonly onLastEpochs: () => void
  /** Called when runs begin to be ended, or are ended less patiently than before. */
  readonly onStop: () => void
}

/** Ends the runs before the engine ends. A later request may be less patient, never more. */
export class RunShutdown {
  readonly #options: RunShutdownOptions
  #stopping: Promise<void> | null = null
  #mode: EndMode = 'checkpoint'
  #lastEpochs: Promise<void> | null = null

  constructor(options: RunShutdownOptions) {
    this.#options = options
  }

  /** Whether runs are being ended: no run starts and no client is let in. */
  get stopping(): boolean {
    return this.#stopping !== null
  }

  /** Whether the engine will end, now or after the running epochs. */
  get announced(): boolean {
    return this.#stopping !== null || this.#lastEpochs !== null
  }

  /** Resolves when the running epochs are done. Until then the engine serves as ever, but starts nothing. */
  finishEpochs(): Promise<void> {
    const { log, onLastEpochs } = this.#options
    log('engine stops when the running epochs are done')
    this.#lastEpochs ??= this.#stopAll('epoch')
    onLastEpochs()
    return this.#lastEpochs
  }

  /** Resolves when no worker is left. */
  stop(mode: EndMode): Promise<void> {
    const { log, onStop } = this.#options
    if (this.#stopping && mode !== 'now' && (mode !== 'terminate' || this.#mode !== 'checkpoint')) return this.#stopping
    log(`engine stops (${mode})`)
    this.#mode = mode
    this.#stopping = this.#stopAll(mode)
    onStop()
    return this.#stopping
  }

  async #stopAll(mode: StopMode): Promise<void> {
    await Promise.all(this.#options.runners.map((runner) => runner.stopAll(mode)))
  }
}
