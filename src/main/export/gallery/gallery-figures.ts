import { costFigure } from '../../../common/export/cost-figure.ts'
import { depthFigure, depthPicture } from '../../../common/export/depth-figure.ts'
import { type Figure, type FigureHead, type FigureInput, figureSchema } from '../../../common/export/figure.ts'
import { type ChosenRuns, drawnRuns } from '../../../common/gallery/choose-runs.ts'
import type { RunFigureId } from '../../../common/gallery/run-figures.ts'
import type { EpochRecord, LayerStatistic, RunSummary } from '../../../common/records/records.ts'
import { curvesPicture } from '../curves-figure.ts'
import { layersPicture } from '../layers-figure.ts'

/** Reads what was measured of a run. */
export interface CurveReader {
  epochs(runId: number): readonly EpochRecord[]
  /** Of one epoch. */
  layers(runId: number, epoch: number): readonly LayerStatistic[]
}

export interface GalleryDrawOptions {
  /** Pixels. */
  readonly width: number
  readonly show: FigureHead
  /** Published end values in grey, where the figure has errors of the last epoch and the runs are of the same data. */
  readonly published?: boolean
}

/**
 * Makes a figure of own runs in the paper's layout, as data.
 * @throws Error in a sentence where none of the runs has what it shows
 */
export function galleryFigure(chosen: ChosenRuns, reader: CurveReader, { width, show, published = false }: GalleryDrawOptions): Figure {
  const runs = drawnRuns(chosen)
  if (runs.length === 0) throw new Error(`None of the runs of ${chosen.figure.name} has finished, so there is nothing to draw.`)
  return figureSchema.parse({ ...pictures[chosen.figure.id](runs, reader, width, published), title: chosen.figure.words, show })
}

type Picture = (runs: readonly RunSummary[], reader: CurveReader, width: number, published: boolean) => FigureInput

const curves =
  (panelsBy: 'variant' | 'error'): Picture =>
  (runs, reader, width, published) =>
    curvesPicture(
      runs.map((summary) => ({ summary, epochs: reader.epochs(summary.id) })),
      { x: 'iterations', width, title: null, maximumError: null, published, panelsBy },
    )

const pictures: Readonly<Record<RunFigureId, Picture>> = {
  'figure-1': curves('error'),
  'figure-4': curves('variant'),
  'figure-6': curves('variant'),
  'figure-7': (runs, reader, width) =>
    layersPicture(
      runs.map((summary) => ({ summary, statistics: summary.lastEpoch ? reader.layers(summary.id, summary.lastEpoch.epoch) : [] })),
      { width, title: null, together: true },
    ),
  'error-depth': (runs, _reader, width, published) => {
    const picture = depthPicture(runs, published)
    if (!picture) throw new Error('None of these runs has an error at its last epoch.')
    return depthFigure(picture, { width, title: null, fit: true })
  },
  'error-cost': (runs, _reader, width) => {
    const networks = new Map<string, RunSummary[]>()
    for (const run of runs) {
      const key = JSON.stringify(run.settings.network)
      networks.set(key, [...(networks.get(key) ?? []), run])
    }
    const figure = costFigure([...networks.values()], { width, title: null })
    if (!figure) throw new Error('None of these runs has an error at its last epoch.')
    return figure
  },
}
