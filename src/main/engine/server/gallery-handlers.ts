import type { Store } from '../../store/store.ts'
import { drawGallery, listGallery } from '../library/gallery.ts'
import { sweepReport } from '../library/sweep-report.ts'
import type { HandlersOf } from './dispatch.ts'

export interface GalleryHandlerOptions {
  readonly store: Store
  /** Of the program. */
  readonly version: string
}

/** Calls about the paper's figures from own runs, and reports of sweeps. */
export function galleryHandlers({ store, version }: GalleryHandlerOptions): HandlersOf<'gallery'> {
  return {
    'gallery.list': (scope) => ({ figures: listGallery(store, scope) }),
    'gallery.draw': (drawing) => drawGallery(store, drawing),
    'gallery.report': ({ sweepId, format }) => sweepReport(store, version, sweepId, format),
  }
}
