import type { AnalysedCheckpoint } from '../../../common/analyses/analysis.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import type { CheckpointRecord } from '../../../common/rpc/worker-protocol.ts'
import type { Store } from '../../store/store.ts'
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
  const kept = ofEpochs.map(({ epoch }) => epoch).sort((a, b) => a - b)
  const has = kept.length > 0 ? `it has those of the epochs ${kept.join(', ')}` : 'it has none of an epoch’s end'
  throw new SkiplabError('conflict', `Run ${run.id} has no checkpoint of epoch ${which}: ${has}, and 0 stands for what it started from.`)
}
