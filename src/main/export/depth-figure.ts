import { depthFigure as depthFigureOf, depthPicture } from '../../common/export/depth-figure.ts'
import { figureSchema } from '../../common/export/figure.ts'
import type { RunSummary } from '../../common/records/records.ts'
import type { FigureOptions } from './figure-options.ts'
import { lineFigure } from './line-figure.ts'

export interface DepthOptions extends FigureOptions {
  /** The paper's Table 6 in grey in the test panel. */
  readonly published: boolean
  /** Whether the error axis begins just below the data instead of at 0. */
  readonly fit?: boolean
  /** Whether a law is fitted to each variant that has three depths. */
  readonly law?: boolean
}

/**
 * Makes the figure of error at the last epoch against depth, the same that the page draws.
 * @throws Error when no run of the experiment has finished
 */
export function depthFigure(runs: readonly RunSummary[], options: DepthOptions): string {
  const picture = depthPicture(runs, options.published, options.law)
  if (!picture) throw new Error('None of these runs has finished, so there is no end value to draw.')
  if (options.law && picture.panels.every(({ laws }) => laws.length === 0))
    throw new Error('Expected three depths of one variant to fit a law of error against depth to; these runs have none that a law fits.')
  const figure = depthFigureOf(picture, options)
  return lineFigure(figureSchema.parse({ ...figure, subtitle: options.subtitle ?? figure.subtitle, show: options.show }))
}
