import { groupByExperiment } from '../../common/analysis/experiment.ts'
import { rateCellText, type RateMap } from '../../common/analysis/rate-map.ts'
import { reachedByNetwork } from '../../common/analysis/time-to-error.ts'
import { reachedCells, reachedColumns } from '../../common/analysis/time-to-error-words.ts'
import { intervalWords, pWords, signedPoints } from '../../common/effects/effect-words.ts'
import type { Interaction } from '../../common/effects/interaction.ts'
import type { RunSummary } from '../../common/records/records.ts'
import type { Split } from '../../common/results/splits.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { publishedTableColumns } from './published-text.ts'
import { table } from './table.ts'

export interface MoreComparisons {
  readonly interactions?: boolean
  readonly law?: boolean
  /** Percent. */
  readonly reach?: number
  readonly rateMap?: boolean
}

/** What `compare` tells of each experiment beside its pairs, as far as it was asked for. */
export async function compareMore(client: EngineClient, runs: readonly RunSummary[], split: Split, asked: MoreComparisons) {
  const begun = runs.filter(({ lastEpoch }) => lastEpoch !== null).map(({ id }) => id)
  const { experiments, rateMaps } = await client.call('runs.findings', { runIds: runs.map(({ id }) => id), split })
  const reached =
    asked.reach === undefined || begun.length === 0
      ? []
      : await client.call('runs.reached', { runIds: begun, error: asked.reach / 100, split })
  // By their names: a run that starts meanwhile may part an experiment in the engine that is still one here.
  const groups = new Map(groupByExperiment(runs).map(({ label, runs: own }) => [label, own]))
  const others = experiments.map(({ label, interactions, laws }) => ({
    label,
    ...(asked.interactions && { interactions }),
    ...(asked.law && { laws }),
    ...(asked.reach !== undefined && { reached: reachedByNetwork(groups.get(label) ?? [], reached) }),
  }))
  return { others, rateMaps }
}

/** Errors by learning rate and depth for a terminal, a table for each variant. */
export function rateMapText(maps: readonly RateMap[]): string {
  if (maps.length === 0) return 'None of these networks was trained at two learning rates.'
  return maps
    .map(({ label, rates, depths, cells }) => {
      const columns = [
        { title: 'learning rate', align: 'right' as const },
        ...depths.map((depth) => ({ title: `${depth} layers`, align: 'right' as const })),
      ]
      const rows = rates.map((rate, row) => [String(rate), ...cells[row]!.map((cell) => `${cell.best ? '* ' : ''}${rateCellText(cell)}`)])
      return titled(`${label} (* lowest of each depth)`, table(columns, rows))
    })
    .join('\n\n')
}

/** Writes it for a terminal. */
export function moreText(experiments: Awaited<ReturnType<typeof compareMore>>['others'], split: Split, { reach }: MoreComparisons): string {
  return experiments
    .flatMap(({ label, interactions: found, laws, reached }) => [
      ...(found
        ? [titled(`${label}: depth and shortcut together, ${split} error`, found.length === 0 ? noInteraction : interactionTable(found))]
        : []),
      ...(laws
        ? [
            titled(
              `${label}: ${split} error against depth`,
              laws.length === 0 ? 'A law takes three depths of one variant.' : laws.map(({ words }) => words.join(' ')).join('\n'),
            ),
          ]
        : []),
      ...(reached
        ? [
            titled(
              `${label}: ${split} error of at most ${reach} %`,
              table(publishedTableColumns(reachedColumns), reached.map(reachedCells)),
            ),
          ]
        : []),
    ])
    .join('\n\n')
}

const noInteraction = 'An interaction takes two variants at two depths each.'

function interactionTable(found: readonly Interaction[]): string {
  const rows = found.map((one) => [
    one.name,
    signedPoints(one.difference),
    intervalWords(one),
    pWords(one.pValue),
    pWords(one.correctedPValue),
    one.words,
  ])
  const right = (title: string) => ({ title, align: 'right' as const })
  return table([{ title: '' }, ...['points', '95 %', 'p', 'p, Holm'].map(right), { title: '' }], rows)
}

function titled(title: string, body: string): string {
  return `${title}\n\n${body}`
}
