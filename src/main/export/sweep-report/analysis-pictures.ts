import type { AnalysisKind } from '../../../common/analyses/analyses.ts'
import type { Analysis } from '../../../common/analyses/analysis.ts'
import { atEpoch, epochsOf } from '../../../common/analyses/through-epochs.ts'
import { analysisFigure } from '../../../common/analysis-figures/figures.ts'
import type { FigureInput } from '../../../common/export/figure.ts'
import type { MapFigureInput } from '../../../common/export/map-figure.ts'
import type { RunSummary } from '../../../common/records/records.ts'

/** A picture of an analysis: lines or heat maps. Its title and subtitle become the caption. */
export type AnalysisPicture = FigureInput | MapFigureInput

/** Figures of each kind by their names: what its page shows first. */
const shown: Readonly<Record<AnalysisKind, readonly string[]>> = {
  layers: ['std'],
  similarity: ['maps'],
  'loss-surface': ['loss', 'loss-line'],
  lesions: ['blocks', 'several'],
  // The three pictures of Veit et al., Fig. 6, one after the other: their axes have nothing in common.
  'gradient-paths': ['paths', 'norm', 'share'],
  gradients: ['layers'],
  shattering: ['autocorrelation'],
}

/**
 * Draws a finished analysis, one of several checkpoints at its last epoch.
 * @param all runs of the sweep
 * @throws z.ZodError for what is no result of its kind
 */
export function analysisPictures(analysis: Analysis, result: unknown, all: readonly RunSummary[]): AnalysisPicture[] {
  const runs = all.filter(({ id }) => analysis.runIds.includes(id))
  if (runs.length === 0) return []
  const seen = atEpoch(analysis, result, Math.max(0, ...epochsOf(analysis)))
  const look = { ofSeeds: true, together: true, logarithmic: true }
  return shown[analysis.kind].flatMap((name) => {
    const found = analysisFigure({ ...seen, runs }, look, name)
    return found ? [{ ...found.figure, width: 692 }] : []
  })
}
