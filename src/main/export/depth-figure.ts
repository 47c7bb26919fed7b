import { depthFigure as depthFigureOf, depthPicture } from '../../common/export/depth-figure.ts'
import { figureSchema } from '../../common/export/figure.ts'
import type { RunSummary } from '../../common/records/records.ts'
import { lineFigure } from './line-figure.ts'

export interface DepthOptions {
  readonly width: number
  /** The paper's Table 6 in grey in the test panel. */
  readonly published: boolean
  readonly title: string | null
}

/**
 * Error at the last epoch against depth, the same that the page draws.
 * @throws Error when no run of the experiment has finished
 */
export function depthFigure(runs: readonly RunSummary[], options: DepthOptions): string {
  const picture = depthPicture(runs, options.published)
  if (!picture) throw new Error('None of these runs has finished, so there is no end value to draw.')
  return lineFigure(figureSchema.parse(depthFigureOf(picture, options)))
}
