import type { Command } from 'commander'
import { groupByExperiment } from '../../common/analysis/experiment.ts'
import { type EffectKind, effectKinds, type EffectTable } from '../../common/effects/effect.ts'
import { seedsFor } from '../../common/effects/effect-table.ts'
import { effectCells, effectTitles } from '../../common/effects/effect-words.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { RunSummary } from '../../common/records/records.ts'
import { smallestEffect } from '../../common/results/smallest-effect.ts'
import { type Split, splitNames } from '../../common/results/splits.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { type Context, defineCommand } from './command.ts'
import { compareMore, type MoreComparisons, moreText, rateMapText } from './compare-more.ts'
import { compareCsv, requireOneTable } from './compare-csv.ts'
import { withEngine } from './connect.ts'
import { queuedText } from './open-sweep.ts'
import { askPublished, publishedOption, publishedText } from './published-text.ts'
import { addFilterOptions, type FilterOptions, selectRuns } from './run-filter.ts'
import { table } from './table.ts'
import { listOf, number, oneOf } from './values.ts'
import { queueWithNote } from './too-large.ts'

interface CompareOptions extends FilterOptions, MoreComparisons {
  readonly by: EffectKind[]
  readonly split: Split
  /** Points. */
  readonly smallest: number
  readonly queueSeeds?: true | string
  readonly published?: boolean
  readonly csv?: boolean
}

export function registerCompare(program: Command): void {
  const configure = (command: Command) =>
    addFilterOptions(command)
      .option('--by <kinds>', `comparisons: ${effectKinds.join(',')}`, listOf(oneOf('comparison', effectKinds)), [...effectKinds])
      .option('--split <name>', 'whose top-1 error at the last epoch: train, validation or test', oneOf('split', splitNames), 'test')
      .option('--smallest <points>', 'smallest difference that counts, points', number('points', 0.001, 100), smallestEffect * 100)
      .option('--queue-seeds [comparison]', 'queue the seeds that would settle what is open, or comparisons with this in their names')
      .option('--interactions', 'what depth changes in one variant beyond what it changes in another')
      .option('--law', 'a law of error against depth, with its interval')
      .option('--reach <percent>', 'iterations and hours until the error is at most this', number('percent', 0.01, 99.99))
      .option('--rate-map', 'errors by learning rate and depth, of networks trained at several rates')
      .option('--csv', 'the pairs as CSV; with one of the four before it, that table alone')
      .option(...publishedOption)
  defineCommand<CompareOptions>(
    program,
    'compare',
    'differences between networks with their intervals, and the seeds that would settle what is open',
    configure,
    async (context, { by, split, smallest, queueSeeds, published: asked, interactions, law, reach, rateMap, csv, ...filter }) => {
      const more = { ...(interactions && { interactions }), ...(law && { law }), ...(reach !== undefined && { reach }) }
      const asksMore = Object.keys(more).length > 0
      if (csv) requireOneTable(context, { ...more, ...(rateMap && { rateMap }) }, asked, queueSeeds !== undefined)
      const {
        experiments,
        queued,
        published,
        others,
        rateMaps: maps,
      } = await withEngine(context, async (client) => {
        const runs = await selectRuns(client, filter)
        if (runs.length === 0) throw new SkiplabError('not-found', 'No run matches, so there is nothing to compare.')
        const tables = await client.call('runs.effects', { runIds: runs.map(({ id }) => id), by, split, smallest: smallest / 100 })
        return {
          experiments: tables,
          queued: queueSeeds ? await queueOpen(context, client, tables, runs, queueSeeds === true ? '' : queueSeeds) : [],
          published: asked ? await askPublished(client, runs) : [],
          ...(asksMore || rateMap ? await compareMore(client, runs, split, more) : { others: [], rateMaps: [] }),
        }
      })
      if (csv) return void process.stdout.write(compareCsv(experiments, others, maps, split, { ...more, ...(rateMap && { rateMap }) }))
      context.output.value({
        experiments,
        queued,
        ...(asked && { published }),
        ...(asksMore && { others }),
        ...(rateMap && { rateMaps: maps }),
      })
      if (context.output.json) return
      if (experiments.length === 0) context.output.text(nothingToCompare(by))
      for (const each of experiments) context.output.text(`${effectsText(each)}\n`)
      if (rateMap) context.output.text(`${rateMapText(maps)}\n`)
      if (asksMore) context.output.text(`${moreText(others, split, more)}\n`)
      if (asked) context.output.text(`${publishedText(published)}\n`)
      for (const { name, sweepId, runIds, reusedRunIds } of queued)
        context.output.text(queuedText(name, sweepId, runIds.length, reusedRunIds.length))
      if (queueSeeds && queued.length === 0)
        context.output.text('No seeds to queue: nothing is open within reach, or runs are still to come.')
      else if (!queueSeeds && experiments.some(isOpen)) context.output.text('Queue the seeds of what is open: add --queue-seeds.')
    },
  )
}

const isOpen = ({ effects }: EffectTable): boolean => effects.some(({ moreSeeds }) => (moreSeeds ?? 0) > 0)

/** @param named part of the names of comparisons; one that none has is refused */
async function queueOpen(
  context: Context,
  client: EngineClient,
  tables: readonly EffectTable[],
  runs: readonly RunSummary[],
  named: string,
) {
  const queued = []
  const names = tables.flatMap(({ effects }) => effects.map(({ name }) => name))
  if (named !== '' && !names.some((name) => name.includes(named)))
    throw new SkiplabError('bad-input', `Expected --queue-seeds with a part of ${names.join('; ')}; got "${named}".`)
  for (const experiment of groupByExperiment(runs)) {
    const effects = (tables.find(({ label }) => label === experiment.label)?.effects ?? []).filter(({ name }) => name.includes(named))
    const proposed = seedsFor(effects, experiment.runs)
    if (proposed)
      queued.push({ name: proposed.sweep.name, ...(await queueWithNote(context, client, { sweep: proposed.sweep, again: false })) })
  }
  return queued
}

function nothingToCompare(by: readonly EffectKind[]): string {
  return `No two networks with finished runs to compare by ${by.join(' or ')}.`
}

/** One experiment's comparisons for a terminal. */
export function effectsText({ label, split, effects, notes }: EffectTable): string {
  const rows = effects.map(effectCells)
  const right = (title: string) => ({ title, align: 'right' as const })
  const columns = [{ title: `${split} error, %` }, ...effectTitles.map(right), { title: '' }]
  return [label, table(columns, rows), notes.join('\n')].join('\n\n')
}
