import { mean, pointsOf } from './error-words.ts'
import type { Comparison } from './comparison.ts'
import type { Verdict } from './degradation.ts'

/** One comparison as cells of text. */
export interface VerdictRow {
  /** "plain, 8 to 44 layers". */
  readonly what: string
  /** Training errors at the last epoch, percent: "2.32 %". */
  readonly from: string
  readonly to: string
  /** "+22.56 points". */
  readonly difference: string
  /** What it takes to count, "2.00"; "too few seeds" where no difference would. */
  readonly margin: string
  /** "higher", "lower", "no clear difference", "inconclusive". */
  readonly relation: string
}

/** Lists the numbers that the answers are based on: depth's effect in each variant, then each shortcut against the plain net. */
export function verdictRows({ depthHurtsPlain, shortcuts }: Pick<Verdict, 'depthHurtsPlain' | 'shortcuts'>): VerdictRow[] {
  const depth = [
    { name: 'plain', effect: depthHurtsPlain },
    ...shortcuts.map(({ variant, depthEffect }) => ({ name: variant, effect: depthEffect })),
  ]
  return [
    ...depth.flatMap(({ name, effect }) =>
      [effect.comparison, effect.contrary].flatMap((pair) =>
        pair ? [row(`${name}, ${pair.from.layers} to ${pair.to.layers} layers`, pair)] : [],
      ),
    ),
    ...shortcuts.flatMap(({ variant, againstPlain }) =>
      againstPlain ? [row(`plain to ${variant}, ${againstPlain.to.layers} layers`, againstPlain)] : [],
    ),
  ]
}

function row(what: string, pair: Comparison): VerdictRow {
  return {
    what,
    from: mean(pair.from.trainError),
    to: mean(pair.to.trainError),
    difference: `${pair.difference < 0 ? '−' : '+'}${pointsOf(Math.abs(pair.difference))}`,
    margin: pair.margin === null ? 'too few seeds' : pointsOf(pair.margin),
    relation: pair.relation === 'no-clear-difference' ? 'no clear difference' : pair.relation,
  }
}
