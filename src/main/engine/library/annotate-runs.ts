import type { Annotation } from '../../../common/rpc/run-calls.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'

/** Stores annotations of runs: of all of them or, when one cannot take it, of none. */
export function annotateRuns(
  { store, journal }: { store: Store; journal: Journal },
  runIds: readonly number[],
  annotation: Annotation,
): { runIds: number[] } {
  const ids = [...new Set(runIds)]
  journal.commit((announce) => {
    for (const runId of ids) {
      store.labels.annotate(runId, annotation)
      announce.changed(runId)
    }
  })
  return { runIds: ids }
}
