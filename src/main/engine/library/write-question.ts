import { SkiplabError } from '../../../common/failure.ts'
import type { Question } from '../../../common/sweep/question.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'

/**
 * Writes down what a sweep asks, or takes it away (null).
 * @throws SkiplabError not-found, conflict once a run of it has started, bad-input where the sweep cannot answer it
 */
export function writeQuestion({ store, journal }: { store: Store; journal: Journal }, sweepId: number, question: Question | null): void {
  store.sweeps.get(sweepId)
  const summary = store.sweeps.list().find(({ id }) => id === sweepId)
  const started = (summary?.runIds ?? [])
    .map((runId) => store.runs.get(runId))
    .find((run) => run.sweepId === sweepId && run.startedAt !== null)
  if (started)
    throw new SkiplabError(
      'conflict',
      `Sweep ${sweepId} has begun to train (run ${started.id}), so its question stays as it was written. ` +
        'Queue a new sweep for another one.',
    )
  journal.commit((announce) => {
    store.sweeps.setQuestion(sweepId, question)
    announce.publish('sweeps.changed', store.sweeps.list())
    announce.event(null, 'info', 'question', `sweep ${sweepId}: its question was ${question ? 'written down' : 'taken away'}`)
  })
}
