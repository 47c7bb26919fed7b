import type { Comparison } from './comparison.ts'
import type { Findings } from './degradation.ts'

/** Fewest seeds that show how far seeds spread: with two, one degree of freedom stretches every interval. */
const fewestSeeds = 3
/** Most seeds that are proposed for a difference that may well be chance. */
const mostForChance = 5

/** Lists the comparisons that the verdict's answers depend on. */
export function decisiveComparisons({ depthHurtsPlain, shortcuts }: Pick<Findings, 'depthHurtsPlain' | 'shortcuts'>): Comparison[] {
  const cured = shortcuts.filter((effect) => effect.answer !== 'nothing-to-cure')
  return [depthHurtsPlain.comparison, ...cured.flatMap((effect) => [effect.againstPlain, effect.depthEffect.comparison])].filter(
    (pair) => pair !== null,
  )
}

/** Computes `Verdict.seedsWanted`. */
export function seedsWanted(findings: Pick<Findings, 'depthHurtsPlain' | 'shortcuts'>): number | null {
  const wanted = decisiveComparisons(findings).map((pair) => {
    const [fewest, most] = [Math.min(seeds(pair.from), seeds(pair.to)), Math.max(seeds(pair.from), seeds(pair.to))]
    const shown = pair.singleSeed ? Math.max(fewestSeeds, most) : 0
    const { moreSeeds: more, relation } = pair
    const worth =
      more !== null &&
      more > 0 &&
      (relation === 'inconclusive' || (more <= mostForChance && Math.abs(pair.difference) > (pair.interval ?? 0) / 2))
    return Math.max(shown, worth ? fewest + more : 0)
  })
  const most = Math.max(0, ...wanted)
  return most > 0 ? most : null
}

function seeds(result: Comparison['from']): number {
  return result.trainError?.count ?? 0
}
