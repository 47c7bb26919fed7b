import type { RunSummary } from '../../../../common/records/records.ts'
import { overdueKind } from '../../../../common/places/place-words.ts'
import { troubleWords } from '../../../../common/report/trouble-words.ts'
import { api } from '../../connection/api.ts'
import { say } from '../../ui/messages.ts'
import { useRuns } from '../../entities/run/store.ts'

/**
 * Says on the page when a run crashes, fails, is held or is out of reach for long, with a link to where something can be done.
 * @returns a function that ends it
 */
export function tellTroubles(): () => void {
  const runs = useRuns()
  return api.on('run.event', (event) => {
    if (event.kind === overdueKind) say(event.message, 'problem', { link: { label: 'Open queue', to: { name: 'queue' } } })
    const words = troubleWords(event.kind)
    if (words === null || event.runId === null) return
    const run: Pick<RunSummary, 'name'> | undefined = runs.byId.get(event.runId)
    // Held and failed runs need somebody; the others go on by themselves.
    const tone = event.kind === 'held' || event.kind === 'failed' ? 'problem' : 'info'
    say(`${run?.name ?? `Run ${event.runId}`} ${words}: ${event.message}`, tone, {
      link: { label: 'Open run', to: { name: 'run', params: { id: event.runId } } },
    })
  })
}
