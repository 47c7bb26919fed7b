import type { Store } from '../../store/store.ts'
import type { Datasets } from '../library/datasets.ts'
import { drawGallery, listGallery } from '../library/gallery.ts'
import { sweepReport } from '../library/sweep-report.ts'
import type { HandlersOf } from './dispatch.ts'

export interface GalleryHandlerOptions {
  readonly store: Store
  readonly datasets: Pick<Datasets, 'list' | 'storedManifest'>
  /** Of the program. */
  readonly version: string
}

/** Calls about the paper's figures from own runs, and reports of sweeps. */
export function galleryHandlers({ store, datasets, version }: GalleryHandlerOptions): HandlersOf<'gallery'> {
  return {
    'gallery.list': async (scope) => ({
      figures: listGallery(
        store,
        scope,
        (await datasets.list()).map(({ name }) => name),
      ),
    }),
    'gallery.draw': (drawing) => drawGallery(store, drawing),
    'gallery.report': ({ sweepId, format }) => sweepReport({ store, datasets, version }, sweepId, format),
  }
}
