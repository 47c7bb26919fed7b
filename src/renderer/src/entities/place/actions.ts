import { localPlace } from '../../../../common/places/place.ts'
import { api } from '../../connection/api.ts'
import { plural } from '../../ui/format.ts'
import { attempt, say } from '../../ui/messages.ts'

/** What people ask of places; failures become messages. */
export const placeActions = {
  check: (name: string) => attempt(() => api.call('places.check', { name })),
  pause: (name: string, paused: boolean) => attempt(() => api.call('places.configure', { name, change: { paused } })),
  remove: (name: string) => attempt(() => api.call('places.remove', { name })),
  bind: async (runIds: number[], place: string | null) => {
    const bound = await attempt(() => api.call('places.bind', { runIds, place }))
    if (!bound) return
    const where =
      place === null ? 'may train anywhere' : place === localPlace ? 'to train on this machine only' : `to train at ${place} only`
    say(`${plural(bound.runIds.length, 'run')} ${where}.`)
  },
  /** Takes runs away from a place that is out of reach, or where they wait for too long. @param to null: wherever a slot is free */
  giveUp: async (name: string, runIds: readonly number[], to: string | null) => {
    const given = await attempt(() => api.call('places.giveUp', { name, runIds: [...runIds], to }))
    if (!given) return
    const { length } = given.runIds
    say(`${plural(length, 'run')} given up at ${name}, to go on from ${length === 1 ? 'its' : 'their'} last fetched checkpoint.`)
  },
}
