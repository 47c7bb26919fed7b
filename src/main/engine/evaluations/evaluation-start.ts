import { join } from 'node:path'
import { SkiplabError } from '../../../common/failure.ts'
import { hasCode } from '../../../common/caught.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import type { CheckpointRecord, EvaluateJob } from '../../../common/rpc/worker-protocol.ts'
import { hashFile } from '../../data/stored/hash-file.ts'
import type { Store } from '../../store/store.ts'
import type { Datasets } from '../library/datasets.ts'
import type { ScoreFiles } from './score-files.ts'
import { testedCheckpoint } from './tested-checkpoint.ts'

export interface EvaluationStartOptions {
  readonly store: Store
  readonly datasets: Datasets
  readonly scores: ScoreFiles
  readonly checkpointsFolder: string
}

/** All that an evaluation's worker needs, looked over. */
export interface PreparedEvaluation {
  readonly run: RunSummary
  readonly checkpoint: CheckpointRecord
  readonly job: EvaluateJob
}

/**
 * Looks over what an evaluation of one run reads.
 * @throws SkiplabError where the run trains again, or its data set or checkpoint is not what it was
 */
export async function prepareEvaluation(
  { store, datasets, scores, checkpointsFolder }: EvaluationStartOptions,
  evaluationId: number,
): Promise<PreparedEvaluation> {
  const { runIds, checkpoint: which, split, protocol, batchStatistics } = store.evaluations.get(evaluationId)
  const run = store.runs.get(runIds[0]!)
  const { name, checksum } = run.settings.dataset
  const checkpoint = testedCheckpoint(store, run, which)
  const checkpointFile = join(checkpointsFolder, String(run.id), checkpoint.file)
  const manifest = await datasets.forTraining(name)
  if (manifest.checksum !== checksum) throw changedDataset(run)
  if ((await hashIfThere(checkpointFile)) !== checkpoint.sha256) {
    const message = `The checkpoint ${checkpoint.file} of run ${run.id} is gone or damaged (its SHA-256 differs), so it cannot be tested.`
    throw new SkiplabError('conflict', message)
  }
  const terms = { split, protocol, batchStatistics }
  const files = { datasetFolder: datasets.folderOf(name), checkpointFile, scoresFile: scores.path(evaluationId) }
  const { settings, settingsHash } = run
  return { run, checkpoint, job: { kind: 'evaluate', settings, settingsHash, manifest, ...files, ...terms } }
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
