import { join } from 'node:path'
import { SkiplabError } from '../../../common/failure.ts'
import { hasCode } from '../../../common/caught.ts'
import type { DatasetManifest } from '../../../common/data/dataset.ts'
import type { RunState, RunSummary } from '../../../common/records/records.ts'
import type { ResultCheckpoint } from '../../../common/results/result-row.ts'
import { lastAndBest } from '../../../common/results/surplus-checkpoints.ts'
import type { CheckpointRecord } from '../../../common/rpc/worker-protocol.ts'
import { hashFile } from '../../data/stored/hash-file.ts'
import type { Store } from '../../store/store.ts'
import type { Datasets } from '../library/datasets.ts'

/** States in which a run writes checkpoints and removes older ones, now or soon. */
const training: readonly RunState[] = ['waiting', 'running', 'interrupted']

/**
 * Lists checkpoints that can be tested, newest first.
 * @throws SkiplabError conflict while the run trains or where it has none
 */
export function testableCheckpoints(
  store: Store,
  { id, state }: Pick<RunSummary, 'id' | 'state'>,
): readonly [CheckpointRecord, ...CheckpointRecord[]] {
  if (training.includes(state))
    throw new SkiplabError('conflict', `Run ${id} is ${state}: it can be tested when it has ended. Pause or cancel it to test what it has.`)
  const [newest, ...older] = store.checkpoints.valid(id)
  if (!newest) throw new SkiplabError('conflict', `Run ${id} has no checkpoint that could be tested.`)
  return [newest, ...older]
}

/**
 * Chooses the checkpoint that is tested: `last` is the newest of an epoch's end, `best` that of the lowest error there. Weights that no
 * epoch ended with are all there is of a run that was not trained here.
 * @throws SkiplabError conflict while the run trains or where it has none
 */
export function testedCheckpoint(store: Store, run: Pick<RunSummary, 'id' | 'state'>, which: ResultCheckpoint): CheckpointRecord {
  const checkpoints = testableCheckpoints(store, run)
  return lastAndBest(checkpoints)[which] ?? checkpoints[0]
}

export interface TestedFilesOptions {
  readonly datasets: Datasets
  readonly checkpointsFolder: string
}

/** What a worker reads of a run. */
interface TestedFiles {
  readonly manifest: DatasetManifest
  readonly datasetFolder: string
  /** null where no checkpoint was named. */
  readonly checkpointFile: string | null
}

/** @throws SkiplabError conflict where data set or checkpoint is not what it was; not-found for a data set that is not here */
export async function testedFiles(
  { datasets, checkpointsFolder }: TestedFilesOptions,
  run: Pick<RunSummary, 'id' | 'settings'>,
  checkpoint: CheckpointRecord | null,
): Promise<TestedFiles> {
  const { name, checksum } = run.settings.dataset
  const manifest = await datasets.forTraining(name)
  if (manifest.checksum !== checksum) throw changedDataset(run)
  const checkpointFile = checkpoint && join(checkpointsFolder, String(run.id), checkpoint.file)
  if (checkpointFile !== null && (await hashIfThere(checkpointFile)) !== checkpoint?.sha256) {
    const message = `The checkpoint ${checkpoint?.file} of run ${run.id} is gone or damaged (its SHA-256 differs), so it cannot be tested.`
    throw new SkiplabError('conflict', message)
  }
  return { manifest, datasetFolder: datasets.folderOf(name), checkpointFile }
}

export function changedDataset({ id, settings }: Pick<RunSummary, 'id' | 'settings'>): SkiplabError {
  const { name } = settings.dataset
  return new SkiplabError('conflict', `The data set ${name} is no longer the one that run ${id} was trained on (its checksum changed).`)
}

async function hashIfThere(path: string): Promise<string | null> {
  return hashFile(path, 'sha256').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  })
}
