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
