import type { ResultCheckpoint } from '../../../common/results/result-row.ts'
import type { CheckpointRecord } from '../../../common/rpc/worker-protocol.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { RunState, RunSummary } from '../../../common/records/records.ts'
import type { Store } from '../../store/store.ts'

/** States in which a run writes checkpoints and removes older ones, now or soon. */
const training: readonly RunState[] = ['waiting', 'running', 'interrupted']

/**
 * Chooses the checkpoint that is tested: `last` is the newest of an epoch's end, `best` that of the lowest error there. Weights that no
 * epoch ended with are all there is of a run that was not trained here.
 * @throws SkiplabError conflict while the run trains or where it has none
 */
export function testedCheckpoint(store: Store, { id, state }: Pick<RunSummary, 'id' | 'state'>, which: ResultCheckpoint): CheckpointRecord {
  if (training.includes(state))
    throw new SkiplabError('conflict', `Run ${id} is ${state}: it can be tested when it has ended. Pause or cancel it to test what it has.`)
  const checkpoints = store.checkpoints.valid(id)
  const ofEpochs = checkpoints.filter((checkpoint) => checkpoint.error !== null)
  const last = ofEpochs[0] ?? checkpoints[0]
  if (!last) throw new SkiplabError('conflict', `Run ${id} has no checkpoint that could be tested.`)
  // Newest first: of equal errors the first that was reached is the best.
  return which === 'last' ? last : ofEpochs.reduce((best, each) => (each.error! <= best.error! ? each : best), ofEpochs[0] ?? last)
}
