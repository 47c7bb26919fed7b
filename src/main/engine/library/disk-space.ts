import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../../../common/caught.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { formatBytes } from '../../../common/format-bytes.ts'
import type { DiskChoice, DiskFreed, DiskPlan, DiskUsage, FileTotals } from '../../../common/records/disk.ts'
import type { Store } from '../../store/store.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import type { Journal } from '../journal/journal.ts'
import type { Datasets } from './datasets.ts'
import { describePlan, type PlannedParts, planParts } from './disk-plan.ts'
import { measureDisk } from './disk-usage.ts'
import { addTotals, entriesOf, noFiles, totalOf, totalsBelow } from './file-sizes.ts'
import type { InitialWeightFiles } from './initial-weight-files.ts'
import type { Removal } from './removal.ts'

export interface DiskSpaceOptions {
  readonly store: Store
  readonly journal: Journal
  readonly datasets: Datasets
  readonly removal: Removal
  readonly initialWeights: InitialWeightFiles
  readonly workspace: Workspace
  readonly budgetBytes: () => number | null
  /** Called with what the workspace takes, whenever that was measured. */
  readonly onMeasured: (usedBytes: number) => void
  readonly log: (message: string) => void
}

/** Checkpoint files whose records are gone and that may not be deleted yet: `12/step-00000010-epoch-0001.safetensors`. */
const pendingName = 'pending-deletions'
const pendingSchema = z.array(z.string().regex(/^\d+\/[\w.-]+$/))

/**
 * Measures what the workspace takes and makes room in it. Records go first, and with them, in one transaction, a note of their files is
 * made: after a crash no record names a file that is gone, and the files that are left are deleted at the next start.
 */
export class DiskSpace {
  readonly #options: DiskSpaceOptions

  constructor(options: DiskSpaceOptions) {
    this.#options = options
  }

  async usage(): Promise<DiskUsage> {
    const { store, workspace, datasets, budgetBytes, removal, onMeasured } = this.#options
    const usage = await measureDisk({
      store,
      workspace,
      datasets: await datasets.list(),
      budgetBytes: budgetBytes(),
      keptMs: removal.keptMs,
    })
    onMeasured(usage.bytes)
    return usage
  }

  /** @throws SkiplabError not-found, conflict when a data set is not there or needed by a run */
  async plan(choice: DiskChoice): Promise<DiskPlan> {
    return describePlan(await this.#parts(choice))
  }

  /**
   * Deletes the files of a plan, for good.
   * @throws SkiplabError conflict when the choice comes to another plan now; then nothing is deleted
   */
  async free(choice: DiskChoice, planHash: string): Promise<DiskFreed> {
    const parts = await this.#parts(choice)
    const plan = describePlan(parts)
    if (plan.planHash !== planHash) throw changed()
    if (plan.parts.length === 0) return { ...noFiles, problems: [] }
    this.#forget(parts, plan)
    const freed = await this.#delete(parts)
    this.#options.log(`made room: ${freed.files} files of ${freed.bytes} bytes were deleted on request`)
    await this.usage()
    return freed
  }

  /** Deletes files whose records were deleted by an engine that ended before it could delete them too. */
  async finishDeletions(): Promise<void> {
    const { store, workspace, removal } = this.#options
    const pending = this.#pending
    if (pending.length > 0) await this.#deletePending(pending)
    const purged = store.disk.purged()
    for (const name of await entriesOf(workspace.checkpoints)) if (purged.has(Number(name))) removal.deleteFiles(Number(name))
    this.#options.initialWeights.sweep()
  }

  async #parts(choice: DiskChoice): Promise<PlannedParts> {
    const { store, workspace, removal, initialWeights } = this.#options
    const sizeOfRemoved = async (runId: number): Promise<FileTotals> =>
      totalOf(await Promise.all(removal.filesOf(runId).map((path) => totalsBelow(path))))
    return planParts({ store, initialWeights, checkpointsFolder: workspace.checkpoints }, choice, await this.usage(), sizeOfRemoved)
  }

  /** Deletes the records of what will be deleted, all or none. */
  #forget({ thin, purge }: PlannedParts, plan: DiskPlan): void {
    const { store, journal } = this.#options
    const now = Date.now()
    journal.commit((announce) => {
      for (const { runId, records } of thin) {
        if (!store.disk.isOver(runId)) throw changed()
        for (const file of records) store.checkpoints.remove(runId, file)
      }
      for (const { runId } of purge) {
        if (store.removal.removedAt(runId) === null) throw changed()
        store.removal.purge(runId, now)
      }
      store.settings.write(pendingName, [...this.#pending, ...thin.flatMap(({ paths }) => paths)])
      announce.event(null, 'info', 'freed', `${formatBytes(plan.bytes)} of files are deleted on request`)
    })
  }

  async #delete({ thin, purge, weights, datasets }: PlannedParts): Promise<DiskFreed> {
    const { removal, datasets: library, initialWeights } = this.#options
    let freed = noFiles
    const problems: string[] = []
    const attempt = async (size: FileTotals, work: () => unknown): Promise<void> => {
      try {
        await work()
        freed = addTotals(freed, size)
      } catch (error) {
        problems.push(messageOf(error))
      }
    }
    if (thin.length > 0) {
      const left = await this.#deletePending(this.#pending)
      for (const part of thin) if (!part.paths.some((path) => left.includes(path))) freed = addTotals(freed, part)
      problems.push(...left.map((path) => `checkpoints/${path} could not be deleted; it is tried again when the engine starts anew`))
    }
    for (const part of purge) await attempt(part, () => removal.deleteFiles(part.runId))
    for (const part of weights) await attempt(part, () => initialWeights.removeUnused([part.name]))
    for (const part of datasets) await attempt(part, () => library.remove(part.name))
    return { ...freed, problems }
  }

  get #pending(): string[] {
    return this.#options.store.settings.read(pendingName, pendingSchema, [])
  }

  /** @returns the paths that could not be deleted, which stay noted */
  async #deletePending(paths: readonly string[]): Promise<string[]> {
    const { store, journal, workspace, log } = this.#options
    const left: string[] = []
    for (const path of paths) {
      const [runId = '', file = ''] = path.split('/')
      // A run that was tried again may have written a file of this name anew.
      if (store.checkpoints.has(Number(runId), file)) continue
      try {
        await rm(join(workspace.checkpoints, path), { force: true })
      } catch (error) {
        log(`checkpoints/${path} could not be deleted: ${messageOf(error)}`)
        left.push(path)
      }
    }
    journal.commit(() => store.settings.write(pendingName, left))
    return left
  }
}

function changed(): SkiplabError {
  return new SkiplabError('conflict', 'Nothing was deleted: what would be freed has changed since it was shown. Look at it again.')
}
