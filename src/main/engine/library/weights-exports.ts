import { readdir, rm } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { exportName } from '../../../common/export/file-name.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { DatasetManifest } from '../../../common/data/dataset.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import type { ResultCheckpoint } from '../../../common/results/result-row.ts'
import { type ExportedWeights, type WeightsExport, type WeightsJob, weightsJobAnswerSchema } from '../../../common/rpc/weights-export.ts'
import type { CheckpointRecord } from '../../../common/rpc/worker-protocol.ts'
import { namingHabits, usualHabit } from '../../../common/weights/habits/habits.ts'
import { weightFormats } from '../../../common/weights/weight-format.ts'
import type { Store } from '../../store/store.ts'
import { absolutePath } from '../../workspace/home-folder.ts'
import { makeFolder } from '../../workspace/make-folder.ts'
import type { Datasets } from './datasets.ts'
import { runOneJob } from './one-job.ts'

interface WeightsExportsOptions {
  readonly store: Store
  readonly datasets: Datasets
  readonly checkpointsFolder: string
  /** Where exports go for which no path is named. */
  readonly exportsFolder: string
  readonly workerScript: string
  readonly environment: () => NodeJS.ProcessEnv
  /** Version of the program. */
  readonly version: string
  /** Whether a run with these images reads them again and again instead of holding them. */
  readonly streams: (manifest: DatasetManifest, run: RunSummary) => boolean
}

/** Writes runs' weights for other programs, one at a time, each in a process of its own: it takes a second or two and much memory. */
export class WeightsExports {
  readonly #options: WeightsExportsOptions
  readonly #stop = new AbortController()
  #last: Promise<unknown> = Promise.resolve()
  #pending = 0

  constructor(options: WeightsExportsOptions) {
    this.#options = options
  }

  get busy(): boolean {
    return this.#pending > 0
  }

  /**
   * @throws SkiplabError not-found for an unknown run or a data set that is gone; conflict for a run without a checkpoint, or a damaged
   *   one; bad-input for a path that cannot be written, or names of another network
   */
  async write(request: WeightsExport): Promise<ExportedWeights> {
    const job = await this.#job(request)
    this.#pending++
    const turn = this.#last.then(() => this.#run(job))
    this.#last = turn.catch(() => undefined)
    try {
      const files = await turn
      return { path: job.path, naming: job.naming, epoch: job.checkpoint.epoch, files }
    } finally {
      this.#pending--
    }
  }

  /** Ends what is being written; nothing of it stays. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#last
  }

  async #job(request: WeightsExport): Promise<WeightsJob> {
    const { store, datasets, checkpointsFolder, version, streams } = this.#options
    const run = store.runs.get(request.runId)
    const { file, epoch, step, sha256 } = chosenCheckpoint(run, store.checkpoints.valid(run.id), request.checkpoint)
    const record = store.metrics.epochs(run.id).find((each) => each.epoch === epoch && each.step === step) ?? null
    const { name, checksum } = run.settings.dataset
    const manifest = await datasets.manifestOf(name, checksum)
    return {
      run,
      version,
      checkpoint: { choice: request.checkpoint, path: join(checkpointsFolder, String(run.id), file), epoch, step, sha256, record },
      data: manifest && { folder: datasets.folderOf(name), manifest, streamed: streams(manifest, run) },
      format: request.format,
      naming: namingOf(run, request),
      path: this.#path(run, request),
    }
  }

  #path(run: RunSummary, { path, archive, format }: WeightsExport): string {
    const { exportsFolder } = this.#options
    if (path === null) {
      const time = new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '')
      const ending = archive ? `-${format}.zip` : weightFormats[format].ending
      return join(exportsFolder, `${exportName('weights', [run])}-${time}${ending}`)
    }
    if (isAbsolute(path) || /^~[/\\]/.test(path)) return absolutePath(path)
    throw new SkiplabError('bad-input', `Expected a path that starts at the top, such as /home/me/weights.pt; got "${path}".`)
  }

  async #run(job: WeightsJob): Promise<ExportedWeights['files']> {
    const { workerScript, environment } = this.#options
    this.#stop.signal.throwIfAborted()
    makeFolder(dirname(job.path))
    const options = { workerScript, environment: environment(), signal: this.#stop.signal }
    const { answer: given, lastError, pid } = await runOneJob('export-weights', job, options)
    const answer = weightsJobAnswerSchema.safeParse(given)
    if (!answer.success) await removeGrowing(dirname(job.path), pid)
    if (!answer.success) throw new SkiplabError('unavailable', `The weights could not be written: ${lastError || 'the process was ended'}.`)
    if ('failure' in answer.data) throw new SkiplabError(answer.data.failure.code, answer.data.failure.message)
    return answer.data.files
  }
}

/** Removes what a process that was ended left behind; see `write-export.ts`. */
async function removeGrowing(folder: string, pid: number | undefined): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith(`.skiplab-${pid}-`) && name.endsWith('.part'))
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true })
}

/** The newest checkpoint, or the one with the lowest validation error (test error without validation images). */
function chosenCheckpoint(run: RunSummary, checkpoints: readonly CheckpointRecord[], choice: ResultCheckpoint): CheckpointRecord {
  const [last] = checkpoints
  if (!last)
    throw new SkiplabError(
      'conflict',
      `Run ${run.id} (${run.name}) is ${run.state} and has no checkpoint, so there are no weights to write.`,
    )
  if (choice === 'last') return last
  const measured = checkpoints.filter(({ error }) => error !== null)
  const best = measured.toSorted((a, b) => a.error! - b.error! || a.epoch - b.epoch)[0]
  if (best) return best
  throw new SkiplabError('conflict', `Run ${run.id} (${run.name}) has no checkpoint with a measured error yet; choose the last one.`)
}

function namingOf({ settings }: RunSummary, { naming }: WeightsExport): string {
  if (naming === undefined) return usualHabit(settings.network).name
  const applying = namingHabits.filter((habit) => habit.applies(settings.network)).map(({ name }) => name)
  if (applying.includes(naming)) return naming
  throw new SkiplabError('bad-input', `${naming} has no names for this network; expected ${applying.join(' or ')}.`)
}
