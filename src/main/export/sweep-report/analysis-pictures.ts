import { type AnalysisKind, type AnalysisResult, readOptions, readResult } from '../../../common/analyses/analyses.ts'
import type { Analysis } from '../../../common/analyses/analysis.ts'
import { analysedNames } from '../../../common/analyses/analysis-table.ts'
import { gradientsFigure } from '../../../common/analysis-figures/gradient-lines.ts'
import { lesionsFigure, severalFigure } from '../../../common/analysis-figures/lesion-lines.ts'
import { pathFigure, pathMeasures } from '../../../common/analysis-figures/path-lines.ts'
import { shatteringFigure } from '../../../common/analysis-figures/shattering-lines.ts'
import { similarityFigure } from '../../../common/analysis-figures/similarity-figure.ts'
import { surfaceFigure } from '../../../common/analysis-figures/surface-figure.ts'
import { surfaceLinesFigure } from '../../../common/analysis-figures/surface-lines.ts'
import type { FigureInput } from '../../../common/export/figure.ts'
import type { MapFigureInput } from '../../../common/export/map-figure.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import { layersPicture } from '../layers-figure.ts'
import { netsOf } from './analysis-nets.ts'

/** A picture of an analysis: lines or heat maps. Its title and subtitle become the caption. */
export type AnalysisPicture = FigureInput | MapFigureInput

interface Drawn<K extends AnalysisKind> {
  readonly analysis: Analysis
  readonly result: AnalysisResult<K>
  /** Those of the analysis that are there, in its order. */
  readonly runs: readonly RunSummary[]
}

type Pictures = { readonly [K in AnalysisKind]: (drawn: Drawn<K>) => AnalysisPicture[] }

/** What is drawn of each kind of analysis: what its page shows first. */
const pictures: Pictures = {
  layers: layerPictures,
  similarity: ({ analysis, result, runs }) => [similarityFigure(result, namesOf(analysis, runs), imagesOf(analysis, result.images))],
  'loss-surface': surfacePictures,
  lesions: lesionPictures,
  'gradient-paths': pathPictures,
  gradients: ({ analysis, result, runs }) => [
    gradientsFigure(netsOf(result.runs, runs), 'layers', epochOf(analysis), imagesOf(analysis, result.runs[0]?.images)),
  ],
  shattering: ({ analysis, result, runs }) => [
    shatteringFigure(
      result,
      netsOf(result.runs, runs),
      epochOf(analysis),
      `${result.runs[0]?.lines ?? 0} lines of ${result.points} points between ${analysis.split} images`,
    ),
  ],
}

/** Draws a finished analysis. @param all runs of the sweep @throws z.ZodError for what is no result of its kind */
export function analysisPictures(analysis: Analysis, result: unknown, all: readonly RunSummary[]): AnalysisPicture[] {
  const runs = analysis.runIds.flatMap((id) => all.find((run) => run.id === id) ?? [])
  return runs.length === 0 ? [] : picturesOf(analysis.kind, readResult(analysis.kind, result), analysis, runs)
}

function picturesOf<K extends AnalysisKind>(
  kind: K,
  result: AnalysisResult<K>,
  analysis: Analysis,
  runs: readonly RunSummary[],
): AnalysisPicture[] {
  return pictures[kind]({ analysis, result, runs })
}

function layerPictures({ analysis, result, runs }: Drawn<'layers'>): AnalysisPicture[] {
  const measured = runs.map((summary) => ({
    summary,
    statistics: (result.runs.find(({ runId }) => runId === summary.id)?.layers ?? []).flatMap(({ layer, mean, std }) =>
      mean === null || std === null ? [] : [{ epoch: Math.max(1, epochOf(analysis)), layer, mean, std }],
    ),
  }))
  if (measured.every(({ statistics }) => statistics.length === 0)) return []
  return [layersPicture(measured, { width: 692, title: null, together: true })]
}

function surfacePictures({ analysis, result, runs }: Drawn<'loss-surface'>): AnalysisPicture[] {
  const choices = { quantity: 'loss', logarithmic: true, style: 'both' } as const
  const isPlane = result.runs.some(({ cosine }) => cosine !== null)
  const subtitle = `${imagesOf(analysis, result.images)}, seed ${String(analysis.options.seed)}`
  return [
    ...(isPlane ? [surfaceFigure(result, namesOf(analysis, runs), choices, subtitle)] : []),
    surfaceLinesFigure(result, netsOf(result.runs, runs), choices),
  ]
}

function lesionPictures({ analysis, result, runs }: Drawn<'lesions'>): AnalysisPicture[] {
  const nets = netsOf(result.runs, runs)
  const { mode, scale } = readOptions('lesions', analysis.options)
  const deed = { remove: 'one block removed', swap: 'one block swapped with the next', halve: `F(x) of one block times ${scale}` }[mode]
  const subtitle = `${deed}; ${imagesOf(analysis, result.runs[0]?.images)}`
  return [
    lesionsFigure(nets, 'Error after a lesion of each block', subtitle),
    ...(nets.some(({ members }) => members[0]!.several.length > 0)
      ? [{ ...severalFigure(nets, 'Error after several lesions at once', subtitle), width: 692 }]
      : []),
  ]
}

/** The three pictures of Veit et al., Fig. 6, one after the other: their axes have nothing in common. */
function pathPictures({ analysis, result, runs }: Drawn<'gradient-paths'>): AnalysisPicture[] {
  const nets = netsOf(result.runs, runs)
  const subtitle = imagesOf(analysis, result.runs[0]?.images)
  return pathMeasures.map((measure) => ({ ...pathFigure(nets, measure, measure.title, subtitle), width: 692 }))
}

function namesOf(analysis: Analysis, runs: readonly RunSummary[]) {
  return analysedNames(analysis, new Map(runs.map(({ id, name }) => [id, name])))
}

function epochOf({ epochs }: Analysis): number {
  return Math.max(0, ...epochs.map((epoch) => epoch ?? 0))
}

function imagesOf({ split }: Analysis, images: number | undefined): string {
  return images === undefined ? `${split} images` : `${images.toLocaleString('en')} ${split} images`
}
