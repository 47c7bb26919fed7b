import type { Effect, EffectTable } from '../effects/effect.ts'
import type { FigureInput } from './figure.ts'

const ink = '#1f2328'
/** Comparisons below one another that names have room for. */
const mostRows = 12

/** Differences of networks with their 95 % intervals, a row a comparison, the first on top. @returns null without any */
export function effectsFigure({ label, split, effects }: Pick<EffectTable, 'label' | 'split' | 'effects'>): FigureInput | null {
  if (effects.length === 0) return null
  const parts = Array.from({ length: Math.ceil(effects.length / mostRows) }, (_, part) =>
    effects.slice(part * mostRows, (part + 1) * mostRows),
  )
  const rows = Math.min(mostRows, effects.length)
  return {
    title: 'Differences between networks',
    subtitle: `${label}; ${split} error at the last epoch with 95 % intervals`,
    width: 692,
    columns: 1,
    x: { title: 'difference of error, points', ...endsOf(effects) },
    y: { title: '', min: 0.5, max: rows + 0.5, ticks: [] },
    // More than a figure's panels hold is a table's business.
    panels: parts.slice(0, 24).map((part) => ({
      title: '',
      lines: part.flatMap((effect, index) => rowOf(effect, rows - index)),
      verticals: [{ x: 0, label: null }],
      levels: part.map(({ name }, index) => ({ y: rows - index, label: name })),
    })),
  }
}

const points = (fraction: number): number => Number((100 * fraction).toPrecision(7))

function rowOf({ name, difference, interval }: Effect, y: number): FigureInput['panels'][number]['lines'] {
  const mark = { label: name, aid: interval !== null, endLabel: null, colour: ink, dots: true, x: [points(difference)], y: [y] }
  if (interval === null) return [mark]
  const ends = [points(difference - interval), points(difference + interval)]
  return [{ label: `${name}, 95 % interval`, endLabel: null, colour: ink, strokeWidth: 1.5, x: ends, y: [y, y] }, mark]
}

/** Zero is in sight, and every interval whole. */
function endsOf(effects: readonly Effect[]): { min: number; max: number } {
  const ends = effects.flatMap(({ difference, interval }) => [difference - (interval ?? 0), difference + (interval ?? 0)])
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)].map(points) as [number, number]
  const air = 0.06 * (high - low || 1)
  // At the right names have short rules.
  return { min: low - air, max: high + 2 * air }
}
