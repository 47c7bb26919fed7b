import { join } from 'node:path'
import { messageOf } from '../../../common/caught.ts'
import { areImagesStreamed } from '../../../common/data/streaming.ts'
import type { Device } from '../../../common/device.ts'
import { deviceAt } from '../../../common/places/device-at.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import type { TrainJob } from '../../../common/rpc/worker-protocol.ts'
import type { Estimate } from '../../../common/sweep/forecast.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'
import { hashFile } from '../../data/stored/hash-file.ts'
import type { Datasets } from '../library/datasets.ts'
import type { InitialWeightFiles } from '../library/initial-weight-files.ts'
import { usableMemoryBytes } from '../machine/devices.ts'
import type { Slot } from '../machine/slot.ts'
import { type CheckedCheckpoints, checkCheckpoints } from './verified-checkpoints.ts'

/** What a worker reads and writes besides a run's settings. */
export type AttemptData = Omit<TrainJob, 'kind' | 'settings'>

interface AttemptStartOptions {
  readonly store: Store
  readonly journal: Journal
  readonly datasets: Datasets
  readonly checkpointsFolder: string
  readonly initialWeights: InitialWeightFiles
  readonly estimate: (run: RunSummary, device: Device, place?: string) => Estimate | null
  /** Memory of a place, in bytes; null for this machine, or where it is not known. */
  readonly memoryAt: (place: string | undefined) => number | null
}

/**
 * Checks a run's data set and checkpoints, and grants it an attempt: it counts as running from then on.
 * @param wanted whether runs may still start after the checks, which take a while
 * @returns null when the run is not to start: it failed with a reason, changed its state meanwhile, or is no longer wanted
 */
export async function beginAttempt(
  options: AttemptStartOptions,
  runId: number,
  slot: Slot,
  wanted: () => boolean,
): Promise<{ readonly run: RunSummary; readonly attempt: number; readonly data: AttemptData } | null> {
  const { store, datasets } = options
  const run = store.runs.get(runId)
  const { name, checksum } = run.settings.dataset
  const datasetFolder = datasets.folderOf(name)
  const manifest = await datasets.forTraining(name).catch(messageOf)
  const checkpointFolder = join(options.checkpointsFolder, String(runId))
  const checkpoints = await checkCheckpoints(checkpointFolder, store.checkpoints.valid(runId))
  const { initialWeights } = run.settings
  const initialWeightsFile = initialWeights && options.initialWeights.pathOf(initialWeights.sha256)
  // A run that goes on needs them no more.
  const starts = checkpoints.valid.length === 0 && initialWeightsFile !== undefined
  const found = starts ? await hashFile(initialWeightsFile, 'sha256').catch(() => null) : (initialWeights?.sha256 ?? null)
  if (!wanted() || store.runs.get(runId).state !== run.state) return null
  if (typeof manifest === 'string') return fail(options, runId, manifest)
  if (manifest.checksum !== checksum) return fail(options, runId, changedDataset(name))
  if (initialWeights && found !== initialWeights.sha256) return fail(options, runId, lostWeights(initialWeights.name, found === null))
  const attempt = grantAttempt(options, run, slot, checkpoints)
  const streamed = areImagesStreamed(manifest, run.settings.recipe, options.memoryAt(slot.place) ?? usableMemoryBytes())
  const data = { manifest, datasetFolder, streamed, checkpointFolder, checkpoints: checkpoints.valid }
  return { run, attempt, data: { ...data, ...(initialWeightsFile !== undefined && { initialWeightsFile }) } }
}

function fail({ store, journal }: AttemptStartOptions, runId: number, reason: string): null {
  journal.commit((announce) => {
    store.runs.change(runId, { state: 'failed', reason, finishedAt: Date.now() })
    announce.event(runId, 'error', 'failed', reason)
    announce.changed(runId)
  })
  return null
}

/** @returns the attempt's number */
function grantAttempt(
  { store, journal, estimate }: AttemptStartOptions,
  run: RunSummary,
  { device, place }: Slot,
  checkpoints: CheckedCheckpoints,
): number {
  const runId = run.id
  return journal.commit((announce) => {
    for (const { file, reason } of checkpoints.rejected) {
      store.checkpoints.reject(runId, file, reason)
      announce.event(runId, 'warning', 'checkpoint-rejected', `${file}: ${reason}`)
    }
    for (const file of checkpoints.superseded) store.checkpoints.remove(runId, file)
    const number = store.attempts.grant(runId, Date.now(), place)
    const forecast = number === 1 ? estimate(run, device, place) : null
    if (forecast) store.speeds.insertForecast(runId, forecast.ms, forecast.distance, Date.now())
    store.runs.change(runId, {
      state: 'running',
      reason: null,
      finishedAt: null,
      ...(run.startedAt === null && { startedAt: Date.now() }),
    })
    const threads = `${device.threads} thread${device.threads === 1 ? '' : 's'}`
    const kind = number === 1 ? 'started' : 'restarted'
    announce.event(runId, 'info', kind, `attempt ${number} on ${deviceAt(device, place).name}, ${threads}, ${device.precision}`)
    announce.changed(runId)
    return number
  })
}

function lostWeights(name: string, gone: boolean): string {
  return `The weights of ${name}, which this run starts from, are ${gone ? 'gone' : 'damaged'}. Queue the sweep again.`
}

function changedDataset(name: string): string {
  return `The data set ${name} is no longer the one that this run was queued with (its checksum changed). Queue the sweep again.`
}
