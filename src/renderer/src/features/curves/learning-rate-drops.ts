import { trainingLength } from '../../../../common/training/schedule.ts'
import { learningRateDrops } from '../../../../common/training/schedules/schedules.ts'
import { significant } from '../../ui/format.ts'
import type { CurveSource } from './curve-points.ts'

/**
 * Where the learning rate drops in a panel: only where all its lines have the drop, since in time, or between recipes, one line's drop
 * is not another's.
 * @param labelled whether the first drop says by how much
 */
export function drops([first, ...others]: readonly CurveSource[], labelled: boolean): { x: number; label?: string }[] {
  if (!first) return []
  const otherDrops = others.map(dropsOf)
  const shared = dropsOf(first).filter((x) => otherDrops.every((drops) => drops.some((other) => Math.abs(other - x) < 1e-9 * x)))
  return shared.map((x, index) => ({
    x,
    label: index === 0 && labelled ? `rate × ${significant(first.run.settings.recipe.learningRateFactor)}` : undefined,
  }))
}

function dropsOf({ run, scale }: CurveSource): number[] {
  return learningRateDrops(run.settings.recipe, trainingLength(run))
    .map((step) => scale.toX(step))
    .filter(Number.isFinite)
}
