import { depthOf, widthsOf } from '../../../../common/network/design.ts'
import type { PlannedRun } from '../../../../common/records/records.ts'
import { bytes, compact, count, duration, plural } from '../../ui/format.ts'
import { cellKey, type Draft, type Variant, variantsOf } from './draft.ts'

/** One network of the sweep with its runs, one for each seed. */
export interface Cell {
  readonly key: string
  /** Weighted layers. */
  readonly depth: number
  readonly struck: boolean
  readonly runs: readonly PlannedRun[]
  readonly done: number
  /** Training time of the runs that are left, one after the other; null while it is unknown or nothing is left. */
  readonly forecastMs: number | null
}

export interface MatrixRow {
  readonly variant: Variant
  readonly cells: readonly Cell[]
}

/** Most runs that are shown as a dot each; more are counted. */
const mostDots = 5

/** @param again runs that are done are trained again, so none counts as done */
export function matrixRows(draft: Draft, runs: readonly PlannedRun[], again: boolean): MatrixRow[] {
  const byCell = new Map<string, PlannedRun[]>()
  for (const run of runs) {
    const { network } = run.settings
    const key = cellKey({ ...network, widths: [...widthsOf(network)] }, depthOf(network))
    const own = byCell.get(key)
    if (own) own.push(run)
    else byCell.set(key, [run])
  }
  return variantsOf(draft).map((variant) => ({
    variant,
    cells: draft.depths.map((depth): Cell => {
      const key = cellKey(variant, depth)
      const own = byCell.get(key) ?? []
      const left = own.filter((run) => again || run.reusesRunId === null)
      const known = left.length > 0 && left.every((run) => run.forecastMs !== null)
      return {
        key,
        depth,
        struck: draft.struck.includes(key),
        runs: own,
        done: own.length - left.length,
        forecastMs: known ? left.reduce((sum, run) => sum + (run.forecastMs ?? 0), 0) : null,
      }
    }),
  }))
}

export function cellWords(one: Cell): string {
  if (one.struck) return 'struck out'
  if (!one.runs.length) return ''
  const left = one.runs.length - one.done
  if (left === 0) return one.runs.length > mostDots ? `${count(one.runs.length)} done` : 'done'
  if (one.forecastMs === null) return plural(left, 'run')
  return one.runs.length > mostDots ? `${plural(left, 'run')}, ${duration(one.forecastMs)}` : duration(one.forecastMs)
}

export function cellExplanation(one: Cell): string {
  const run = one.runs[0]
  if (one.struck) return 'Left out of this sweep. Click to take it in again.'
  if (!run) return ''
  const size =
    `${compact(run.parameterCount)} parameters, ${compact(run.multiplyAdds)} multiply-adds an image, about ` +
    `${bytes(run.memoryBytes)} while training`
  return (
    `${run.layers} layers: ${size}. ${plural(one.runs.length, 'run')}${one.done ? `, ${one.done} done before` : ''}. Click ` +
    'to leave it out.'
  )
}

/** Tells for each run whether it is done; empty when they are too many to count at a glance. */
export function cellDots(one: Cell): boolean[] {
  return one.runs.length > mostDots ? [] : one.runs.map((_, index) => index < one.done)
}
