import type { Places } from '../places/places.ts'
import type { PlaceCommands } from '../places/place-commands.ts'
import type { HandlersOf } from './dispatch.ts'

export interface PlaceHandlerOptions {
  readonly places: Places
  readonly placeCommands: PlaceCommands
}

/** Calls about the machines that runs train on besides this one. */
export function placeHandlers({ places, placeCommands }: PlaceHandlerOptions): HandlersOf<'places'> {
  return {
    'places.list': () => places.list(),
    'places.add': (settings) => placeCommands.changing(places.add(settings)),
    'places.configure': ({ name, change }) => placeCommands.changing(places.configure(name, change)),
    'places.check': ({ name }) => places.check(name),
    'places.remove': async ({ name }) => {
      await placeCommands.remove(name)
      return {}
    },
    'places.giveUp': ({ name, runIds, to }) => placeCommands.giveUp(name, runIds ?? null, to),
    'places.bind': ({ runIds, place }) => placeCommands.bind(runIds, place),
  }
}
