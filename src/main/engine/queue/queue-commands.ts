import type { RunSelection } from '../../../common/rpc/queue-calls.ts'
import type { RunState, WhenDone } from '../../../common/records/records.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { minuteText, type TrainingHours } from '../../../common/sweep/hours.ts'
import type { Store } from '../../store/store.ts'
import type { Announcements, Journal } from '../journal/journal.ts'
import type { Runner } from '../runs/runner.ts'

interface Affected {
  runIds: number[]
}

/** States of runs that have a position in the queue, or get one back. */
const queued: readonly RunState[] = ['waiting', 'paused', 'interrupted', 'held', 'running']

/** Runs people's commands on the queue. Each says which runs it changed. */
export class QueueCommands {
  readonly #store: Store
  readonly #journal: Journal
  readonly #runner: Runner
  readonly #onChange: () => void

  constructor(options: { store: Store; journal: Journal; runner: Runner; onChange: () => void }) {
    this.#store = options.store
    this.#journal = options.journal
    this.#runner = options.runner
    this.#onChange = options.onChange
  }

  /** @param when running runs save and stop */
  pause(selection: RunSelection | undefined, when: 'now' | 'epoch-end'): Affected {
    if (!selection) return this.#pauseQueue(true)
    const ids = this.#select(selection, ['waiting', 'interrupted', 'running'], 'pause')
    return this.#each(ids, (runId, announce) => {
      if (this.#runner.requestStop(runId, 'pause', when)) return when === 'now' ? 'asked to stop' : 'asked to stop after this epoch'
      this.#store.runs.change(runId, { state: 'paused', reason: 'paused on request' })
      announce.changed(runId)
      return 'paused'
    })
  }

  resume(selection: RunSelection | undefined): Affected {
    if (!selection) return this.#pauseQueue(false)
    const ids = this.#select(selection, ['paused'], 'resume')
    return this.#each(ids, (runId, announce) => {
      this.#store.runs.change(runId, { state: 'waiting', reason: null })
      announce.changed(runId)
      return 'resumed'
    })
  }

  cancel(selection: RunSelection): Affected {
    const ids = this.#select(selection, ['waiting', 'paused', 'interrupted', 'held', 'running'], 'cancel')
    return this.#each(ids, (runId, announce) => {
      if (this.#runner.requestStop(runId, 'cancel')) return 'asked to stop'
      this.#store.runs.change(runId, { state: 'cancelled', reason: 'cancelled on request', finishedAt: Date.now() })
      announce.changed(runId)
      return 'cancelled'
    })
  }

  /** Puts ended or held runs back into the queue; they go on from their last checkpoint. A diverged run only when it is named. */
  retry(selection: RunSelection): Affected {
    const states: RunState[] = ['failed', 'held', 'cancelled', 'interrupted']
    const ids = this.#select(selection, 'runIds' in selection ? [...states, 'diverged'] : states, 'retry')
    return this.#each(ids, (runId, announce) => {
      this.#runner.forgive(runId)
      this.#store.runs.change(runId, { state: 'waiting', reason: null, failures: 0, finishedAt: null })
      this.#store.attempts.forgive(runId)
      announce.changed(runId)
      return 'retried'
    })
  }

  move(runIds: readonly number[], to: 'first' | 'last' | { before: number }): Affected {
    const ids = this.#select({ runIds: [...runIds] }, queued, 'move')
    return this.#journal.commit((announce) => {
      this.#store.queue.move(ids, to)
      for (const runId of ids) announce.changed(runId)
      return { runIds: ids }
    })
  }

  setPriority(runIds: readonly number[], priority: number): Affected {
    const ids = this.#select({ runIds: [...runIds] }, queued, 'give a priority')
    return this.#journal.commit((announce) => {
      for (const runId of ids) {
        this.#store.queue.setPriority(runId, priority)
        announce.changed(runId)
      }
      return { runIds: ids }
    })
  }

  setHours(hours: TrainingHours | null): void {
    this.#journal.commit((announce) => {
      this.#store.queue.setHours(hours)
      announce.event(
        null,
        'info',
        'hours',
        hours ? `runs train between ${minuteText(hours.from)} and ${minuteText(hours.to)} only` : 'runs train at any hour',
      )
    })
    this.#onChange()
  }

  setWhenDone(action: WhenDone): void {
    this.#journal.commit((announce) => {
      this.#store.queue.setWhenDone(action)
      announce.event(null, 'info', 'when-done', `when all runs are done: ${action}`)
    })
    this.#onChange()
  }

  #pauseQueue(paused: boolean): Affected {
    this.#journal.commit((announce) => {
      this.#store.queue.setPaused(paused)
      announce.event(
        null,
        'info',
        paused ? 'queue-paused' : 'queue-resumed',
        paused ? 'the queue starts no new runs' : 'the queue starts runs again',
      )
    })
    this.#onChange()
    return { runIds: [] }
  }

  /** @param change does it to one run and says in a word what was done */
  #each(ids: number[], change: (runId: number, announce: Announcements) => string): Affected {
    this.#journal.commit((announce) => {
      for (const runId of ids) {
        const kind = change(runId, announce)
        announce.event(runId, 'info', kind, `${kind} on request`)
      }
    })
    return { runIds: ids }
  }

  #known(runIds: readonly number[]): number[] {
    const ids = [...new Set(runIds)]
    for (const runId of ids) this.#store.runs.get(runId)
    return ids
  }

  /** Finds the runs of a selection that are in one of the states. @throws SkiplabError when runs were named and none of them is */
  #select(selection: RunSelection, states: readonly RunState[], command: string): number[] {
    if ('all' in selection) return this.#store.runs.idsInStates(states, null)
    if ('sweepId' in selection) {
      if (!this.#store.sweeps.exists(selection.sweepId))
        throw new SkiplabError('not-found', `There is no sweep ${selection.sweepId} in this workspace.`)
      return this.#store.runs.idsInStates(states, selection.sweepId)
    }
    const runs = this.#known(selection.runIds).map((runId) => this.#store.runs.get(runId))
    const fitting = runs.filter((run) => states.includes(run.state))
    if (fitting.length === 0) {
      const [first] = runs
      throw new SkiplabError(
        'conflict',
        `Nothing to ${command}: run ${first?.id ?? ''} is ${first?.state ?? ''}; expected runs that are ${states.join(', ')}.`,
      )
    }
    return fitting.map((run) => run.id)
  }
}
