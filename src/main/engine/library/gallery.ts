import { messageOf } from '../../../common/caught.ts'
import type { z } from 'zod'
import { figureCsv } from '../../../common/export/figure-csv.ts'
import { networkCsv } from '../../../common/export/network-csv.ts'
import { figurePgfplots } from '../../../common/export/pgfplots.ts'
import { networksCaption, figureDeviations, runCaption } from '../../../common/gallery/caption.ts'
import { type ChosenRuns, chooseRuns, drawnRuns } from '../../../common/gallery/choose-runs.ts'
import {
  type galleryDrawingSchema,
  type GalleryFigure,
  galleryFormats,
  galleryIds,
  type GalleryId,
  type GalleryScope,
} from '../../../common/gallery/gallery.ts'
import { type RunFigure, runFigures } from '../../../common/gallery/run-figures.ts'
import { figureFormats } from '../../../common/export/figure.ts'
import { buildNetwork } from '../../../common/network/network.ts'
import { type PaperDiagram, paperDiagrams } from '../../../common/paper/diagrams.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { CurveReader } from '../../export/gallery/gallery-figures.ts'
import type { Store } from '../../store/store.ts'
import { layerResponses, unmeasuredResponses } from './layer-responses.ts'

/** Drawings of networks have their layers as numbers. */
const diagramFormats = [...figureFormats, 'csv'] as const

/** The paper's order, then the others. */
const order = ['figure-1', 'figure-2', 'figure-3', 'figure-4', 'figure-5', 'figure-6', 'figure-7', 'error-depth', 'error-cost'] as const

/**
 * Lists the figures of the gallery: what feeds each, what it lacks, and its caption. Nothing is drawn.
 * @param datasets names of those in the workspace
 */
export function listGallery(store: Store, scope: GalleryScope, datasets: readonly string[]): GalleryFigure[] {
  const runs = runsOf(store, scope.sweepIds)
  return [...galleryIds]
    .sort((a, b) => order.indexOf(a) - order.indexOf(b))
    .map((id) => {
      const figure = runFigures.find((one) => one.id === id)
      if (!figure) return describedNetworks(diagramOfId(id))
      return described(store, chooseRuns(figure, runs, scope.choices[id], datasets), scope.published)
    })
}

/** Draws one figure of the gallery as the bytes of a file in base64. @throws SkiplabError conflict where it has no runs */
export async function drawGallery(
  store: Store,
  drawing: z.output<typeof galleryDrawingSchema>,
): Promise<{ content: string; warning: string | null }> {
  const { figure: id, format, width, dpi, show } = drawing
  const [{ lineFigure }, { fontWarning, renderFigure }, { galleryFigure }] = await Promise.all([
    import('../../export/line-figure.ts'),
    import('../../export/render.ts'),
    import('../../export/gallery/gallery-figures.ts'),
  ])
  const own = runFigures.find((one) => one.id === id)
  if (!own && format === 'tex')
    throw new SkiplabError(
      'bad-input',
      `${nameOf(diagramOfId(id))} is a drawing of networks, which has no tex: choose ${diagramFormats.join(', ')}.`,
    )
  let svg: string
  if (own) {
    const chosen = chooseRuns(own, runsOf(store, drawing.sweepIds), drawing.choices[id])
    try {
      const figure = galleryFigure(chosen, readerOf(store), { width, show, published: drawing.published })
      if (format === 'tex') return { content: base64(figurePgfplots(figure)), warning: null }
      if (format === 'csv') return { content: base64(figureCsv(figure)), warning: null }
      svg = lineFigure(figure)
    } catch (error) {
      throw new SkiplabError('conflict', messageOf(error))
    }
  } else {
    const { part, designs } = diagramOfId(id)
    const networks = designs.map(buildNetwork)
    if (format === 'csv') return { content: base64(networkCsv(networks)), warning: null }
    const { diagramOf } = await import('../../export/diagram.ts')
    svg = diagramOf(part, networks, { width, title: null, show })
  }
  if (format === 'tex') throw new SkiplabError('internal', 'Numbers are written before anything is drawn.')
  return { content: (await renderFigure(svg, format, dpi)).toString('base64'), warning: await fontWarning(svg, format) }
}

function readerOf(store: Store): CurveReader {
  return { epochs: (id) => store.metrics.epochs(id), layers: (id, epoch) => layerResponses(store, id, epoch) }
}

/** The runs of these sweeps, reused ones included; all runs where no sweep is named. @throws SkiplabError not-found */
function runsOf({ sweeps, runs }: Store, sweepIds: readonly number[]): RunSummary[] {
  if (sweepIds.length === 0) return runs.list({ archived: false }, 0, 100_000).runs
  const known = new Map(sweeps.list().map((sweep) => [sweep.id, sweep]))
  const ids = sweepIds.flatMap((id) => {
    const sweep = known.get(id)
    if (!sweep) throw new SkiplabError('not-found', `There is no sweep ${id} in this workspace.`)
    return sweep.runIds
  })
  return [...new Set(ids)].map((id) => runs.get(id))
}

function described(store: Store, chosen: ChosenRuns, published: boolean): GalleryFigure {
  const { figure, experiment, experiments, networks, missing, sweep } = chosen
  const unmeasured = figure.id === 'figure-7' ? unmeasuredResponses(store, drawnRuns(chosen)) : null
  const drawn = unmeasured ? measuredPart(store, chosen) : chosen
  const isWhole = missing.length === 0 && unmeasured === null
  return {
    ...titled(figure),
    state: drawnRuns(drawn).length === 0 ? 'empty' : isWhole ? 'whole' : 'partial',
    experiment,
    experiments: [...experiments],
    networks: networks.map(({ name, runs, shown }) => ({ name, seeds: runs.length, shown })),
    missing: [...missing],
    sweep,
    unmeasured,
    deviations: figureDeviations(drawn),
    caption: runCaption(drawn, published),
    formats: [...galleryFormats],
  }
}

/** Those of the chosen runs whose layer responses are known: what the figure draws, and its caption tells. */
function measuredPart(store: Store, chosen: ChosenRuns): ChosenRuns {
  const isMeasured = ({ id, lastEpoch }: RunSummary): boolean => lastEpoch !== null && layerResponses(store, id, lastEpoch.epoch).length > 0
  const networks = chosen.networks.map((network) => {
    const runs = network.runs.filter(isMeasured)
    return { ...network, runs, shown: network.shown && runs.length > 0 }
  })
  return { ...chosen, networks }
}

function titled({ id, name, words }: RunFigure): Pick<GalleryFigure, 'id' | 'name' | 'words'> {
  return { id, name, words }
}

function describedNetworks(diagram: PaperDiagram): GalleryFigure {
  const name = nameOf(diagram)
  return {
    id: `figure-${diagram.figure}` as GalleryId,
    name,
    words: diagram.words,
    state: 'networks',
    experiment: null,
    experiments: [],
    networks: [],
    missing: [],
    sweep: null,
    unmeasured: null,
    deviations: [],
    caption: networksCaption(name, diagram.words),
    formats: [...diagramFormats],
  }
}

function nameOf({ figure }: PaperDiagram): string {
  return `Figure ${figure}`
}

function diagramOfId(id: GalleryId): PaperDiagram {
  const found = paperDiagrams.find(({ figure }) => id === `figure-${figure}`)
  if (!found) throw new SkiplabError('not-found', `There is no figure "${id}" in the gallery.`)
  return found
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
