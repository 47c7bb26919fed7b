import { SkiplabError } from '../../../common/failure.ts'
import { localPlace } from '../../../common/places/place.ts'
import type { RunState } from '../../../common/records/records.ts'
import type { Journal } from '../journal/journal.ts'
import type { Store } from '../../store/store.ts'
import type { Places } from './places.ts'

const bindable: readonly RunState[] = ['waiting', 'paused', 'interrupted', 'held', 'running']

interface PlaceCommandOptions {
  readonly store: Store
  readonly journal: Journal
  readonly places: Places
  /** Ends a run's attempt at a place for it to go on elsewhere; false where it has none there. */
  readonly release: (runId: number, place: string) => boolean
  readonly onChange: () => void
}

/** What people ask of places, as far as it touches runs. */
export class PlaceCommands {
  readonly #options: PlaceCommandOptions

  constructor(options: PlaceCommandOptions) {
    this.#options = options
  }

  /** Lets the queue look again once a change is made. */
  async changing<T>(change: Promise<T>): Promise<T> {
    try {
      return await change
    } finally {
      this.#options.onChange()
    }
  }

  /** @throws SkiplabError not-found when there is no such place; null and this machine always are */
  requirePlace(name: string | null): void {
    if (name !== null && name !== localPlace) this.#options.places.require(name)
  }

  bind(runIds: readonly number[], place: string | null): { runIds: number[] } {
    this.requirePlace(place)
    const { store, journal, onChange } = this.#options
    const ids = [...new Set(runIds)].filter((runId) => bindable.includes(store.runs.get(runId).state))
    if (ids.length === 0) throw new SkiplabError('conflict', 'None of these runs has training left to do.')
    journal.commit((announce) => {
      for (const runId of ids) {
        store.queue.setPlace(runId, place)
        announce.event(runId, 'info', 'bound', place === null ? 'trains wherever a slot is free' : `trains ${placeWords(place)} only`)
        announce.changed(runId)
      }
    })
    onChange()
    return { runIds: ids }
  }

  /**
   * Takes runs away from a place; they go on from their last fetched checkpoints. Their jobs there have no lease any more: they are ended
   * now, or as soon as the place can be reached, and what they report is not taken.
   * @param runIds null: all that are there
   * @param to where they go on; null: wherever a slot is free
   */
  giveUp(name: string, runIds: readonly number[] | null, to: string | null): { runIds: number[] } {
    const { store, journal, release, places, onChange } = this.#options
    this.requirePlace(to)
    const place = places.require(name)
    if (to === name || (to === null && place.ready))
      throw new SkiplabError('bad-input', `${name} is given up for these runs: name another place where they are to go on, or "here".`)
    const there = place.runIds.filter((runId) => runIds === null || runIds.includes(runId))
    if (there.length === 0)
      throw new SkiplabError('conflict', `${runIds === null ? 'No run trains' : 'None of these runs trains'} at ${name}.`)
    journal.commit(() => {
      for (const runId of there) if (to !== null || store.runs.get(runId).place === name) store.queue.setPlace(runId, to)
    })
    const given = there.filter((runId) => release(runId, name))
    onChange()
    return { runIds: given }
  }

  /** Removes a place; runs that were bound to it may train anywhere. */
  async remove(name: string): Promise<void> {
    const { store, places } = this.#options
    await places.remove(name)
    const bound = store.runs.queue().filter((run) => run.place === name)
    if (bound.length > 0)
      this.bind(
        bound.map(({ id }) => id),
        null,
      )
    this.#options.onChange()
  }
}

function placeWords(place: string): string {
  return place === localPlace ? 'on this machine' : `at ${place}`
}
