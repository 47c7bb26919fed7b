import type { Store } from '../../store/store.ts'
import type { Forecaster } from '../queue/forecaster.ts'
import type { LeftoverHours } from '../queue/leftover-hours.ts'
import type { QueueCommands } from '../queue/queue-commands.ts'
import type { HandlersOf } from './dispatch.ts'

export interface QueueHandlerOptions {
  readonly store: Store
  readonly forecaster: Forecaster
  readonly queue: QueueCommands
  readonly leftoverHours: LeftoverHours
}

/** Calls about what trains next, and when. */
export function queueHandlers({ store, forecaster, queue, leftoverHours }: QueueHandlerOptions): HandlersOf<'queue'> {
  return {
    'queue.list': () => store.runs.queue(),
    'queue.pause': ({ selection, when }) => queue.pause(selection, when),
    'queue.resume': ({ selection }) => queue.resume(selection),
    'queue.cancel': ({ selection }) => queue.cancel(selection),
    'queue.retry': ({ selection }) => queue.retry(selection),
    'queue.move': ({ runIds, to }) => queue.move(runIds, to),
    'queue.setPriority': ({ runIds, priority }) => queue.setPriority(runIds, priority),
    'queue.forecast': ({ by }) => forecaster.forecast(by ?? null),
    'queue.setHours': ({ hours }) => {
      queue.setHours(hours)
      return {}
    },
    'queue.setLeftover': ({ on }) => {
      leftoverHours.set(on)
      return {}
    },
    'queue.setWhenDone': ({ action }) => {
      queue.setWhenDone(action)
      return {}
    },
  }
}
