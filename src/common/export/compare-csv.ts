import type { RateMap } from '../analysis/rate-map.ts'
import type { SeedStatistics } from '../analysis/statistics.ts'
import type { NetworkReached } from '../analysis/time-to-error.ts'
import type { DepthLaw } from '../effects/depth-law.ts'
import type { EffectTable } from '../effects/effect.ts'
import type { Interaction } from '../effects/interaction.ts'
import type { Split } from '../results/splits.ts'
import { csvLine, type CsvValue } from './csv.ts'

/** Comparisons as CSV text; errors and differences are fractions, as in all files. */
const table = (columns: readonly string[], rows: readonly (readonly CsvValue[])[]): string => [columns, ...rows].map(csvLine).join('')

const ends = (value: number, half: number | null): [number | null, number | null] =>
  half === null ? [null, null] : [value - half, value + half]

/** A row a pair of networks. */
export function effectsCsv(tables: readonly EffectTable[]): string {
  const sides = ['from', 'to'].flatMap((side) => ['network', 'mean', 'std', 'seeds'].map((name) => `${side}_${name}`))
  const columns = ['experiment', 'split', 'kind', 'comparison', ...sides, 'difference', 'interval_low', 'interval_high', 'method']
  return table(
    [...columns, 'hedges_g', 'p', 'looks', 'p_holm', 'relation', 'more_seeds'],
    tables.flatMap(({ label, split, effects }) =>
      effects.map((effect) => [
        ...[label, split, effect.kind, effect.name],
        ...[effect.from, effect.to].flatMap(({ network, mean, std, seeds }) => [network, mean, std, seeds]),
        ...[effect.difference, ...ends(effect.difference, effect.interval), effect.method],
        ...[effect.hedgesG, effect.pValue, effect.looks, effect.correctedPValue, effect.relation, effect.moreSeeds],
      ]),
    ),
  )
}

/** What depth changes in one variant beyond what it changes in another: a row a pair of variants. */
export function interactionsCsv(
  experiments: readonly { readonly label: string; readonly interactions: readonly Interaction[] }[],
  split: Split,
): string {
  const changes = ['variant', 'change', 'other_variant', 'other_change']
  return table(
    [
      'experiment',
      'split',
      'from_layers',
      'to_layers',
      ...changes,
      'difference',
      'interval_low',
      'interval_high',
      'method',
      'p',
      'looks',
      'p_holm',
    ],
    experiments.flatMap(({ label, interactions }) =>
      interactions.map(({ from, to, changes: [one, other], difference, interval, method, pValue, looks, correctedPValue }) => [
        ...[label, split, from, to, one.variant, one.change, other.variant, other.change],
        ...[difference, ...ends(difference, interval), method, pValue, looks, correctedPValue],
      ]),
    ),
  )
}

/** Laws of error against depth along their curves. */
export function lawsCsv(experiments: readonly { readonly label: string; readonly laws: readonly DepthLaw[] }[], split: Split): string {
  return table(
    ['experiment', 'split', 'variant', 'law', 'formula', 'lack_of_fit_p', 'layers', 'error', 'interval_low', 'interval_high'],
    experiments.flatMap(({ label, laws }) =>
      laws.flatMap(({ variant, kind, formula, lackOfFit, curve }) =>
        curve.map(({ layers, error, interval }) => [
          ...[label, split, variant, kind, formula, lackOfFit],
          ...[layers, error, interval?.low ?? null, interval?.high ?? null],
        ]),
      ),
    ),
  )
}

/** When networks first came to an error: a row a network. @param error a fraction */
export function reachCsv(
  experiments: readonly { readonly label: string; readonly networks: readonly NetworkReached[] }[],
  split: Split,
  error: number,
): string {
  const spread = (statistics: SeedStatistics | null) => [statistics?.mean ?? null, statistics?.std ?? null]
  const measures = ['epochs', 'iterations', 'hours']
  return table(
    [
      'experiment',
      'split',
      'error',
      'network',
      'layers',
      'runs',
      'reached',
      ...measures.flatMap((name) => [`${name}_mean`, `${name}_std`]),
    ],
    experiments.flatMap(({ label, networks }) =>
      networks.map(({ network, layers, runs, reached, epochs, iterations, hours }) => [
        ...[label, split, error, network, layers, runs, reached],
        ...[epochs, iterations, hours].flatMap(spread),
      ]),
    ),
  )
}

/** Errors by learning rate and depth: a row a cell. */
export function rateMapsCsv(maps: readonly RateMap[], split: Split): string {
  return table(
    ['variant', 'split', 'learning_rate', 'layers', 'error_mean', 'error_std', 'seeds', 'diverged'],
    maps.flatMap(({ label, rates, depths, cells }) =>
      rates.flatMap((rate, row) =>
        depths.map((depth, column) => {
          const { statistics, diverged } = cells[row]![column]!
          return [label, split, rate, depth, statistics?.mean ?? null, statistics?.std ?? null, statistics?.count ?? 0, diverged]
        }),
      ),
    ),
  )
}
