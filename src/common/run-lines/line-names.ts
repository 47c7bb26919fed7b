import type { RunSummary } from '../records/records.ts'
import { networkOf } from './run-labels.ts'
import { settingsDifference } from './settings-difference.ts'

export interface LineName {
  /** "residual-20 A, learning rate 0.01": the network, and what tells it from a namesake among these runs. */
  readonly network: string
  /** "learning rate 0.01"; empty where the network's name is enough. */
  readonly difference: string
  /** "seed 2", or "run 12" where a run was repeated with its seed. */
  readonly member: string
}

/** Most differences in a name; more would hide the line that they name. */
const mostDifferences = 2

/** Names runs that are drawn together, so that no two lines have the same name. */
export function lineNames(runs: readonly RunSummary[]): Map<number, LineName> {
  const names = new Map<number, LineName>()
  for (const namesakes of groupBy(runs, networkOf).values()) {
    const differences = differencesOf(namesakes)
    for (const alike of groupBy(namesakes, (run) => `${differences.get(run.id)} ${run.settings.seed}`).values()) {
      for (const run of alike) {
        const difference = differences.get(run.id) ?? ''
        const member = alike.length > 1 ? `seed ${run.settings.seed}, run ${run.id}` : `seed ${run.settings.seed}`
        names.set(run.id, { network: difference ? `${networkOf(run)}, ${difference}` : networkOf(run), difference, member })
      }
    }
  }
  return names
}

/**
 * In which settings, other than their seeds, runs of one network differ: a few words for each. The recipe's name says it all where it
 * tells them apart.
 */
function differencesOf(runs: readonly RunSummary[]): Map<number, string> {
  const differing = settingsDifference(runs).filter(({ name }) => name !== 'seed')
  const texts = (names: readonly { name: string; values: readonly string[] }[]): string[] =>
    runs.map((_, index) => names.map(({ name, values }) => wordsOf(name, values[index]!)).join(', '))
  const kinds = new Set(texts(differing)).size
  const brief = ['data set', 'recipe'].flatMap((name) => differing.find((one) => one.name === name) ?? [])
  const enough = new Set(texts(brief)).size === kinds
  const chosen = enough ? brief : differing.filter(({ name }) => name !== 'recipe')
  const shown = texts(chosen.slice(0, mostDifferences))
  return new Map(runs.map((run, index) => [run.id, shown[index]!]))
}

/** Writes a setting in words; names of data sets and recipes need no title. */
function wordsOf(name: string, value: string): string {
  return name === 'data set' || name === 'recipe' ? value : `${name} ${value}`
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const group = groups.get(keyOf(one))
    if (group) group.push(one)
    else groups.set(keyOf(one), [one])
  }
  return groups
}
