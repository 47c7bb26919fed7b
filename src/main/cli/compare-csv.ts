import type { RateMap } from '../../common/analysis/rate-map.ts'
import type { EffectTable } from '../../common/effects/effect.ts'
import { effectsCsv, interactionsCsv, lawsCsv, rateMapsCsv, reachCsv } from '../../common/export/compare-csv.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { Split } from '../../common/results/splits.ts'
import type { Context } from './command.ts'
import type { compareMore, MoreComparisons } from './compare-more.ts'

/** A file is one table. @throws SkiplabError bad-input where several were asked for */
export function requireOneTable(context: Context, asked: MoreComparisons, published = false, queueSeeds = false): void {
  if (context.output.json) throw new SkiplabError('bad-input', 'Expected --csv or --json; got both.')
  if (published || queueSeeds)
    throw new SkiplabError('bad-input', 'Expected --csv without --published and --queue-seeds, whose words are no table.')
  if (Object.keys(asked).length > 1)
    throw new SkiplabError('bad-input', 'Expected one of --interactions, --law, --reach and --rate-map with --csv; got several.')
}

/** The table that was asked for; the pairs of networks where nothing else was. */
export function compareCsv(
  experiments: readonly EffectTable[],
  others: Awaited<ReturnType<typeof compareMore>>['others'],
  maps: readonly RateMap[],
  split: Split,
  asked: MoreComparisons,
): string {
  const of = others.map(({ label, interactions = [], laws = [], reached: networks = [] }) => ({ label, interactions, laws, networks }))
  if (asked.interactions) return interactionsCsv(of, split)
  if (asked.law) return lawsCsv(of, split)
  if (asked.reach !== undefined) return reachCsv(of, split, asked.reach / 100)
  return asked.rateMap ? rateMapsCsv(maps, split) : effectsCsv(experiments)
}
