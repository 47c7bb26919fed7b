import { analysisNamed, readResult } from '../../../common/analyses/analyses.ts'
import type { Analysis, AnalysisRequest } from '../../../common/analyses/analysis.ts'
import type { GalleryFigure } from '../../../common/gallery/gallery.ts'
import type { LayerStatistic, RunSummary } from '../../../common/records/records.ts'
import type { Store } from '../../store/store.ts'

/**
 * Reads the responses of a run's layers after an epoch: as recorded then, else as the newest analysis of layers measured them, with the
 * same statistics on test images. Empty where nothing did.
 */
export function layerResponses({ metrics, analyses }: Store, runId: number, epoch: number): readonly LayerStatistic[] {
  const recorded = metrics.layerStatistics(runId, epoch)
  if (recorded.length > 0) return recorded
  for (const analysis of analyses.list([runId], ['finished'], ['layers']).toReversed()) {
    const { id, runIds, epochs } = analysis
    // A run stands there once for each of its checkpoints.
    const index = runIds.findIndex((each, at) => each === runId && epochs[at] === epoch)
    if (!measuresAsRecorded(analysis) || index < 0) continue
    const measured = readResult('layers', analyses.result(id)).runs[index]
    return (measured?.layers ?? []).flatMap(({ layer, mean, std }) => (std === null || mean === null ? [] : [{ epoch, layer, mean, std }]))
  }
  return []
}

/** Whether an analysis looks at images as what training records does: test images, BN by its running statistics. */
function measuresAsRecorded({ options, split }: Pick<Analysis, 'options' | 'split'>): boolean {
  return options.statistics === 'running' && split === 'test'
}

/** Tells which of these runs have no layer responses at their last epoch, and plans the analyses that measure them. */
export function unmeasuredResponses(store: Store, runs: readonly RunSummary[]): GalleryFigure['unmeasured'] {
  const lacking = runs.filter(({ id, lastEpoch }) => lastEpoch && layerResponses(store, id, lastEpoch.epoch).length === 0)
  if (lacking.length === 0) return null
  const open = store.analyses.list(null, ['waiting', 'running'], ['layers']).filter(measuresAsRecorded)
  const coming = new Set(open.flatMap(({ runIds }) => runIds))
  const wanted = lacking.flatMap(({ id }) => (coming.has(id) ? [] : [id]))
  const { max } = analysisNamed('layers').runs
  const requests = Array.from({ length: Math.ceil(wanted.length / max) }, (_, part): AnalysisRequest => ({
    kind: 'layers',
    runIds: wanted.slice(part * max, (part + 1) * max),
    checkpoint: 'last',
    split: 'test',
    // Figure 7 takes none, and they are three quarters of the work.
    options: { gradients: false },
    again: false,
  }))
  return { runs: lacking.length, toCome: lacking.length - wanted.length, requests }
}
