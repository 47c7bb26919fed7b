import { messageOf } from '../../../../common/caught.ts'
import { isKeptForGood } from '../../../../common/results/surplus-checkpoints.ts'
import type { Recipe } from '../../../../common/training/recipe.ts'
import type { Backend } from '../../backend/backend.ts'
import {
  checkpointFileName,
  pruneCheckpoints,
  readCheckpoint,
  removeStrayCheckpoints,
  stepAndEpochOf,
  writeCheckpoint,
  type TrainingPosition,
} from '../../checkpoint/checkpoint.ts'
import type { TrainingObserver } from './observer.ts'

export interface RunCheckpointsOptions {
  readonly folder: string
  /** Valid files that the engine has records of, newest first. */
  readonly known: readonly string[]
  readonly settingsHash: string
  readonly recipe: Pick<Recipe, 'keepCheckpointEvery'>
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  readonly backend: Pick<Backend, 'state' | 'setState' | 'stateShapes'>
  readonly observer: Pick<TrainingObserver, 'checkpoint' | 'checkpointRejected'>
}

/**
 * Writes a run's checkpoints, keeps the two newest, the best and those that its recipe keeps for good, and resumes from the newest that is
 * whole.
 */
export class RunCheckpoints {
  readonly #options: RunCheckpointsOptions
  /** Oldest first. */
  #files: string[] = []

  constructor(options: RunCheckpointsOptions) {
    this.#options = options
  }

  /**
   * Sets the backend's state from the newest checkpoint that can be read, reports those that cannot, and removes what nobody knows of.
   * @returns where the run stood then; null when there is no checkpoint to resume from
   */
  restore(): TrainingPosition | null {
    const { folder, known } = this.#options
    const position = this.#restoreNewest()
    removeStrayCheckpoints(folder, known)
    return position
  }

  /** @param error validation error at this position (test error without a validation set), null in the middle of an epoch */
  save(position: TrainingPosition, error: number | null): void {
    const { folder, backend, observer } = this.#options
    if (error !== null && (!position.best || error < position.best.error)) position.best = { file: checkpointFileName(position), error }
    const checkpoint = writeCheckpoint(folder, { position, state: backend.state() }, backend.stateShapes(), error)
    this.#files = [...this.#files.filter((file) => file !== checkpoint.file), checkpoint.file]
    const removed = pruneCheckpoints(folder, this.#files, position.best?.file ?? null, (file) => this.#isKeptForGood(file))
    this.#files = this.#files.filter((file) => !removed.includes(file))
    observer.checkpoint(checkpoint, removed)
  }

  /** By the name alone, as of files that an earlier attempt wrote: one of the middle of an epoch has another step than its epoch's end. */
  #isKeptForGood(file: string): boolean {
    const { recipe, stepsPerEpoch, totalSteps } = this.#options
    const at = stepAndEpochOf(file)
    return at !== null && isKeptForGood(at.epoch, recipe) && at.step === Math.min(at.epoch * stepsPerEpoch, totalSteps)
  }

  #restoreNewest(): TrainingPosition | null {
    const { folder, known, settingsHash, backend, observer } = this.#options
    for (const [index, file] of known.entries()) {
      try {
        const checkpoint = readCheckpoint(folder, file, settingsHash)
        backend.setState(checkpoint.state)
        this.#files = known.slice(index).reverse()
        return checkpoint.position
      } catch (error) {
        observer.checkpointRejected(file, messageOf(error))
      }
    }
    return null
  }
}
