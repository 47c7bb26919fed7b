import type { Confusion } from '../../../common/results/confusion.ts'
import type { ResultCheckpoint } from '../../../common/results/result-row.ts'
import type { RunSettings } from '../../../common/training/run-settings.ts'
import type { Store } from '../../store/store.ts'
import type { Datasets } from './datasets.ts'

/** Null where nothing was counted. @throws SkiplabError not-found */
export async function confusionOf(
  { store, datasets }: { readonly store: Store; readonly datasets: Datasets },
  runId: number,
  checkpoint: ResultCheckpoint,
): Promise<Confusion | null> {
  const { settings } = store.runs.get(runId)
  const counted = store.confusions.get(runId, checkpoint)
  return counted && { ...counted, classes: await classNamesOf(datasets, settings) }
}

/** Names of a run's classes; numbers where the data set is gone, or is another one by now. */
export async function classNamesOf(datasets: Datasets, { dataset, network }: RunSettings): Promise<string[]> {
  const known = await datasets.classNames(dataset.name, dataset.checksum)
  return known ? [...known] : Array.from({ length: network.classes }, (_, index) => String(index))
}
