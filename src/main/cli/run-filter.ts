import type { Precision } from '../../common/device.ts'
import type { Command } from 'commander'
import { precisionOf } from '../../common/analysis/arithmetic.ts'
import { depthOfN, maximumN } from '../../common/network/architectures/cifar.ts'
import { type Family, families } from '../../common/network/families/families.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import type { RunFilter } from '../../common/rpc/run-calls.ts'
import { runStates, type RunState, type RunSummary } from '../../common/records/records.ts'
import { unpackRuns } from '../../common/rpc/run-list.ts'
import { SkiplabError } from '../../common/failure.ts'
import { nearestName } from '../../common/nearest-name.ts'
import { integer, listOf, oneOf } from './values.ts'

export interface FilterOptions {
  readonly state?: RunState[]
  readonly sweep?: string
  readonly dataset?: string
  readonly family?: Family[]
  readonly depth?: number[]
  readonly n?: number[]
  readonly seed?: number[]
  readonly search?: string
  readonly tag?: string[]
  readonly precision?: Precision
  readonly starred?: boolean
  readonly archived?: boolean
}

export function addFilterOptions(command: Command): Command {
  return command
    .option('--state <states>', runStates.join(','), listOf(oneOf('state', runStates)))
    .option('--sweep <sweep>', 'number or name of a sweep; digits alone are a number')
    .option('--dataset <name>', 'data set')
    .option('--family <names>', families.join(','), listOf(oneOf('family', families)))
    .option('--depth <list>', 'depths in weighted layers, such as 20,56', listOf(integer('a depth', 1, 100_000)))
    .option('--n <list>', 'depths of cifar nets as n of 6n+2', listOf(integer('n', 1, maximumN)))
    .option('--seed <list>', 'seeds', listOf(integer('a seed', 0, 0x7fffffff)))
    .option('--search <text>', 'part of the run’s or the sweep’s name')
    .option(
      '--tag <tags>',
      'runs that carry all of these tags',
      listOf((text) => text),
    )
    .option('--precision <precision>', 'fp32 or bf16, in which runs were trained', oneOf('precision', ['fp32', 'bf16']))
    .option('--starred', 'starred runs only')
    .option('--archived', 'archived runs too')
}

/** Finds all runs that the options select, oldest first. */
export async function selectRuns(client: EngineClient, options: FilterOptions): Promise<RunSummary[]> {
  const filter: RunFilter = {
    ...(options.state && { states: options.state }),
    ...(options.sweep !== undefined && { sweepId: await findSweep(client, options.sweep) }),
    ...(options.dataset !== undefined && { dataset: options.dataset }),
    ...(options.family && { families: options.family }),
    ...((options.depth ?? options.n) && { depths: [...(options.depth ?? []), ...(options.n ?? []).map((n) => depthOfN(n))] }),
    ...(options.seed && { seeds: options.seed }),
    ...(options.search !== undefined && { search: options.search }),
    ...(options.tag && { tags: options.tag }),
    ...(options.starred && { starred: true }),
    ...(!options.archived && { archived: false }),
  }
  const runs = unpackRuns(await client.call('runs.list', { filter, limit: 100_000 })).sort((a, b) => a.id - b.id)
  return options.precision ? runs.filter((run) => precisionOf(run) === options.precision) : runs
}

/**
 * Finds a sweep by its number, or the newest one of that name. Digits alone are always a number, so that the same command cannot mean
 * another
 * sweep tomorrow.
 * @throws SkiplabError not-found
 */
export async function findSweep(client: EngineClient, wanted: string): Promise<number> {
  const sweeps = (await client.call('sweeps.list', {})).sort((a, b) => b.id - a.id)
  const named = sweeps.find((sweep) => sweep.name === wanted)
  if (/^\d+$/.test(wanted)) {
    const numbered = sweeps.find((sweep) => sweep.id === Number(wanted))
    if (numbered) return numbered.id
    if (named)
      throw new SkiplabError(
        'not-found',
        `There is no sweep number ${wanted}; the sweep of the name "${wanted}" is number ${named.id}: write ${named.id}.`,
      )
  }
  if (named) return named.id
  const near = nearestName(
    wanted,
    sweeps.map((sweep) => sweep.name),
  )
  throw new SkiplabError(
    'not-found',
    `There is no sweep "${wanted}" in this ` +
      `workspace${near ? `; did you mean "${near}"?` : sweeps.length === 0 ? '; it has none yet.' : '; see skiplab sweep list.'}`,
  )
}
