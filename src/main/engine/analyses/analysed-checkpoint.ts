import { type AnalysedCheckpoint, type AnalysedCheckpoints, isOfSeveral } from '../../../common/analyses/analysis.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import type { CheckpointRecord } from '../../../common/rpc/worker-protocol.ts'
import type { Store } from '../../store/store.ts'
import { keptEpochs } from '../../../common/results/kept-checkpoints.ts'
import { testableCheckpoints, testedCheckpoint } from '../jobs/tested-checkpoint.ts'

/**
 * Chooses the checkpoint that is analysed. @returns null: the weights that the run started from
 * @throws SkiplabError conflict while the run trains, or where it does not have it
 */
export function analysedCheckpoint(store: Store, run: RunSummary, which: AnalysedCheckpoint): CheckpointRecord | null {
  if (which === 'last' || which === 'best') return testedCheckpoint(store, run, which)
  if (which === 0 && run.imported) {
    const message = `Run ${run.id} was not trained here, so the weights that it started from are not known; analyse its last checkpoint.`
    throw new SkiplabError('conflict', message)
  }
  if (which === 0) return null
  const ofEpochs = testableCheckpoints(store, run).filter(({ error }) => error !== null)
  const found = ofEpochs.find(({ epoch }) => epoch === which)
  if (found) return found
  const kept = keptEpochs(ofEpochs)
  const has = kept.length > 0 ? `it has those of the epochs ${kept.join(', ')}` : 'it has none of an epoch’s end'
  throw new SkiplabError('conflict', `Run ${run.id} has no checkpoint of epoch ${which}: ${has}, and 0 stands for what it started from.`)
}

/** A checkpoint of a run as a part of an analysis. */
export interface AnalysedMember {
  readonly run: RunSummary
  /** null: the weights that the run started from. */
  readonly checkpoint: CheckpointRecord | null
  /** Where it is one of several of its run: its epoch, which is written down before the start. */
  readonly epoch: number | null
}

/**
 * Lists the parts of an analysis, run by run, each run's in the order of its epochs.
 * @throws SkiplabError conflict while a run trains, or where it does not have a checkpoint
 */
export function analysedMembers(store: Store, runs: readonly RunSummary[], which: AnalysedCheckpoints): AnalysedMember[] {
  if (!isOfSeveral(which)) return runs.map((run) => ({ run, checkpoint: analysedCheckpoint(store, run, which), epoch: null }))
  return runs.flatMap((run) => {
    const epochs = which === 'every' ? everyEpoch(store, run) : which
    return epochs.map((epoch) => ({ run, checkpoint: analysedCheckpoint(store, run, epoch), epoch }))
  })
}

function everyEpoch(store: Store, run: RunSummary): number[] {
  if (!run.imported) return [0, ...keptEpochs(testableCheckpoints(store, run)).filter((epoch) => epoch > 0)]
  throw new SkiplabError('conflict', `Run ${run.id} was not trained here and has its weights alone; analyse its last checkpoint.`)
}
