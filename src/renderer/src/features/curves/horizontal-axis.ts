import type { AxisRange } from '../../../../common/chart/series.ts'
import type { CurveSource } from './curve-points.ts'
import type { XAxis } from './axis-scale.ts'

/**
 * The horizontal axis that all panels of a board share: as far as the longest run goes, in time as far as it has come.
 * @param early whether no run has ended an epoch yet
 */
export function horizontalAxis(sources: readonly CurveSource[], axis: XAxis, early: boolean): AxisRange {
  const ends = sources.map((source) => (early ? earlyEnd(source) : endOf(source, axis)))
  return { min: 0, max: ends.filter(Number.isFinite).reduce((a, b) => Math.max(a, b), axis === 'epoch' && !early ? 1 : 0.001) }
}

function endOf({ run, epochs, scale }: CurveSource, axis: XAxis): number {
  return axis === 'time' ? scale.toX(epochs.column('step').at(-1) ?? NaN) : scale.toX(run.totalSteps)
}

/** Before an epoch has ended the axis is as long as one, or, when a run broke off, as its steps. */
function earlyEnd({ run, scale, steps }: CurveSource): number {
  const last = steps?.steps.at(-1)
  return run.state === 'running' || last === undefined ? scale.toX(run.totalSteps / run.totalEpochs) : scale.toX(last)
}
