import { type AnalysisKind, type AnalysisResult, readResult } from '../analyses/analyses.ts'
import { analysedNames } from '../analyses/analysis-table.ts'
import type { Analysis } from '../analyses/analysis.ts'
import type { FigureInput } from '../export/figure.ts'
import type { MapFigureInput } from '../export/map-figure.ts'
import type { RunSummary } from '../records/records.ts'
import { type DrawnAnalysis, namesOfRuns } from './drawn-analysis.ts'
import { drawnNets } from './drawn-nets.ts'
import { gradientMeasures, gradientsFigure } from './gradient-lines.ts'
import { layerMeasures, layersResultFigure } from './layer-measures.ts'
import { lesionsFigure, lesionWords, severalFigure, severalWords } from './lesion-lines.ts'
import { pathFigure, pathMeasures, pathWords } from './path-lines.ts'
import { shatteringFigure } from './shattering-lines.ts'
import { similarityFigure, similarityWords } from './similarity-figure.ts'
import { surfaceFigure, surfaceWords } from './surface-figure.ts'
import { surfaceLineFigure } from './surface-lines.ts'

/** How an analysis is drawn where nobody looks at it on the page. */
export interface AnalysisLook {
  /** Finished seeds of one network as their mean, with a band; else each run by itself. */
  readonly ofSeeds: boolean
  /** Of layers: all networks in one panel, as in the paper's Figure 7. */
  readonly together: boolean
  /** Of loss surfaces. */
  readonly logarithmic: boolean
}

type AnyFigure = FigureInput | MapFigureInput
/** Null where these runs have nothing of it. */
type Draw<K extends AnalysisKind> = (drawn: DrawnAnalysis<K>, look: AnalysisLook) => AnyFigure | null

/** The figures of each kind by name, the usual one first. */
const figures: { readonly [K in AnalysisKind]: Readonly<Record<string, Draw<K>>> } = {
  layers: Object.fromEntries(
    layerMeasures.map((measure) => [
      measure.value,
      (drawn, look) =>
        drawn.result.runs.some((run) => measure.numbers(run).length > 0) ? layersResultFigure(drawn, { ...look, measure }) : null,
    ]),
  ),
  similarity: {
    maps: ({ analysis, result, runs }) =>
      similarityFigure(result, analysedNames(analysis, namesOfRuns(runs)), similarityWords(result, analysis)),
  },
  'loss-surface': {
    loss: surfaces('loss'),
    error: surfaces('error'),
    'loss-line': surfaceLine('loss'),
    'error-line': surfaceLine('error'),
  },
  lesions: {
    blocks: (drawn, { ofSeeds }) =>
      lesionsFigure(drawnNets(drawn.result.runs, drawn.runs, ofSeeds), 'Error after one lesion', lesionWords(drawn)),
    several: (drawn, { ofSeeds }) =>
      drawn.result.runs.some(({ several }) => several.length > 0)
        ? severalFigure(drawnNets(drawn.result.runs, drawn.runs, ofSeeds), 'Error after several lesions', severalWords(drawn))
        : null,
  },
  'gradient-paths': Object.fromEntries(
    pathMeasures.map((measure) => [
      measure.key,
      (drawn, { ofSeeds }) => pathFigure(drawnNets(drawn.result.runs, drawn.runs, ofSeeds), measure, measure.title, pathWords(drawn)),
    ]),
  ),
  gradients: Object.fromEntries(
    gradientMeasures.map(({ value }) => [value, (drawn, { ofSeeds }) => gradientsFigure(drawn, { measure: value, ofSeeds })]),
  ),
  shattering: { autocorrelation: shatteringFigure },
}

function surfaces(quantity: 'loss' | 'error'): Draw<'loss-surface'> {
  return ({ analysis, result, runs }, { logarithmic }) => {
    if (!isPlane(result)) return null
    const choices = { quantity, logarithmic, style: 'both' as const }
    return surfaceFigure(result, analysedNames(analysis, namesOfRuns(runs)), choices, surfaceWords(result, analysis))
  }
}

function surfaceLine(quantity: 'loss' | 'error'): Draw<'loss-surface'> {
  return ({ result, runs }, look) => surfaceLineFigure(result, runs, { ...look, quantity })
}

function isPlane({ runs }: AnalysisResult<'loss-surface'>): boolean {
  return runs.some(({ cosine }) => cosine !== null)
}

/** Names of the figures that a kind of analysis has, the usual one first. */
export function analysisFigureNames(kind: AnalysisKind): string[] {
  return Object.keys(figures[kind])
}

/**
 * Draws a finished analysis, in the colours of paper.
 * @param name left out: the first of which there is something
 * @returns null where there is nothing of it @throws z.ZodError where it has no result
 */
export function analysisFigure(
  { analysis, result, runs }: FinishedAnalysis,
  look: AnalysisLook,
  name?: string,
): { readonly name: string; readonly figure: AnyFigure } | null {
  const { kind } = analysis
  return firstFigure(kind, { analysis, result: readResult(kind, result), runs }, look, name)
}

/** A finished analysis of any kind with those of its runs that are there. */
export interface FinishedAnalysis {
  readonly analysis: Analysis
  readonly result: unknown
  readonly runs: readonly RunSummary[]
}

function firstFigure<K extends AnalysisKind>(kind: K, drawn: DrawnAnalysis<K>, look: AnalysisLook, name: string | undefined) {
  const ofKind: Readonly<Record<string, Draw<K>>> = figures[kind]
  for (const each of name === undefined ? Object.keys(ofKind) : [name]) {
    const figure = ofKind[each]?.(drawn, look) ?? null
    if (figure) return { name: each, figure }
  }
  return null
}
