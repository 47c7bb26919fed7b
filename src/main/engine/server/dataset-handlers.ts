import { SkiplabError } from '../../../common/failure.ts'
import type { Store } from '../../store/store.ts'
import type { Datasets } from '../library/datasets.ts'
import type { HandlersOf } from './dispatch.ts'

export interface DatasetHandlerOptions {
  readonly store: Store
  readonly datasets: Datasets
}

/** Calls about data sets. */
export function datasetHandlers({ store, datasets }: DatasetHandlerOptions): HandlersOf<'datasets'> {
  return {
    'datasets.list': () => datasets.list(),
    'datasets.add': ({ name, from, options, known }) => datasets.add(name, from, options, known),
    'datasets.inspect': ({ name, from, options, images }) => datasets.inspect(name, from, options, images),
    'datasets.cancel': async ({ name }) => {
      await datasets.cancel(name)
      return {}
    },
    'datasets.verify': ({ name }) => datasets.verify(name),
    'datasets.remove': async ({ name }) => {
      refuseNeeded(store, name)
      await datasets.remove(name)
      return {}
    },
    'datasets.samples': ({ name, split, classIndex, count }) => datasets.samples(name, split, classIndex, count),
    'datasets.images': ({ name, split, indices }) => datasets.images(name, split, indices),
  }
}

/** @throws SkiplabError conflict while runs that are not done need the data set */
function refuseNeeded(store: Store, name: string): void {
  const { total } = store.runs.list({ dataset: name, states: ['running', 'interrupted', 'waiting', 'paused', 'held'] }, 0, 1)
  if (total === 0) return
  const [runs, them] = total === 1 ? ['1 run in the queue still needs', 'it'] : [`${total} runs in the queue still need`, 'them']
  throw new SkiplabError('conflict', `${runs} ${name}. Cancel ${them} first.`)
}
