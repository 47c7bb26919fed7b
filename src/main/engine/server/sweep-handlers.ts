import { templatesFor } from '../../../common/sweep/templates.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'
import type { Datasets } from '../library/datasets.ts'
import type { Removal } from '../library/removal.ts'
import type { Templates } from '../library/templates.ts'
import { sweepAnswer } from '../library/sweep-answer.ts'
import { writeQuestion } from '../library/write-question.ts'
import type { PlaceCommands } from '../places/place-commands.ts'
import type { Planner } from '../queue/planner.ts'
import type { HandlersOf } from './dispatch.ts'

export interface SweepHandlerOptions {
  readonly store: Store
  readonly journal: Journal
  readonly planner: Planner
  readonly templates: Templates
  readonly datasets: Pick<Datasets, 'list'>
  readonly removal: Removal
  readonly placeCommands: PlaceCommands
}

/** Calls about sweeps, and about the templates that new ones start from. */
export function sweepHandlers({
  store,
  journal,
  planner,
  templates,
  datasets,
  removal,
  placeCommands,
}: SweepHandlerOptions): HandlersOf<'sweeps' | 'templates'> {
  return {
    'sweeps.plan': ({ sweep, again, place }) => {
      placeCommands.requirePlace(place)
      return planner.plan(sweep, again, place)
    },
    'sweeps.queue': ({ sweep, again, place }) => {
      placeCommands.requirePlace(place)
      return planner.queue(sweep, again, place)
    },
    'sweeps.list': () => store.sweeps.list(),
    'sweeps.get': ({ sweepId }) => store.sweeps.get(sweepId),
    'sweeps.rename': ({ sweepId, name }) => {
      removal.renameSweep(sweepId, name)
      return {}
    },
    'sweeps.answer': ({ sweepId }) => sweepAnswer(store, sweepId),
    'sweeps.setQuestion': ({ sweepId, question }) => {
      writeQuestion({ store, journal }, sweepId, question)
      return {}
    },
    'sweeps.remove': ({ sweepId, runs }) => removal.removeSweep(sweepId, runs),
    'sweeps.restore': ({ sweepId }) => removal.restoreSweep(sweepId),
    'templates.list': () => templates.list(),
    'templates.builtIn': async () => templatesFor((await datasets.list()).map(({ name }) => name)),
    'templates.save': ({ name, sweep, replace }) => templates.save(name, sweep, replace),
    'templates.rename': ({ id, name }) => {
      templates.rename(id, name)
      return {}
    },
    'templates.remove': ({ id }) => {
      templates.remove(id)
      return {}
    },
  }
}
