import { withoutRepetitions } from '../../../../common/analysis/experiment.ts'
import { groupBySeed } from '../../../../common/analysis/seed-groups.ts'
import { seedStatistics } from '../../../../common/analysis/statistics.ts'
import { depthOf, designAt, labelOf } from '../../../../common/network/design.ts'
import { buildNetwork } from '../../../../common/network/network.ts'
import type { Family, ShortcutOption } from '../../../../common/network/families/families.ts'
import { otherResults, plainReadings, residualResults, type PublishedCifar10Result } from '../../../../common/paper/cifar10.ts'
import { bestOfWords } from '../../../../common/paper/held-against.ts'
import { dagger, overlaidNumbers } from '../../../../common/paper/overlay.ts'
import type { RunSummary } from '../../../../common/records/records.ts'

export const scatterX = ['layers', 'parameters', 'multiplyAdds', 'trainedMs'] as const
export type ScatterX = (typeof scatterX)[number]
export const scatterY = ['test', 'best', 'train'] as const
export type ScatterY = (typeof scatterY)[number]

export interface RunPoint {
  readonly key: string
  readonly name: string
  readonly x: number
  /** Fraction. */
  readonly y: number
  /** Standard deviation over seeds; null for a single run. */
  readonly spread: number | null
  readonly family: Family
  readonly shortcut: ShortcutOption
  readonly layers: number
  readonly runs: readonly RunSummary[]
}

export interface PublishedPoint {
  /** "ResNet-56 †". */
  readonly name: string
  readonly x: number
  readonly y: number
  /** What the dagger stands for. */
  readonly differs: readonly string[]
}

const xOf: Readonly<Record<ScatterX, (run: RunSummary) => number>> = {
  layers: (run) => depthOf(run.settings.network),
  parameters: (run) => run.parameterCount,
  multiplyAdds: (run) => run.multiplyAdds,
  trainedMs: (run) => run.trainedMs,
}
const yOf: Readonly<Record<ScatterY, (run: RunSummary) => number | undefined>> = {
  test: (run) => run.lastEpoch?.results.test.topOneError,
  best: (run) => run.bestEpoch?.results.test.topOneError,
  train: (run) => run.lastEpoch?.results.train.topOneError,
}

/** Makes points of finished runs: one for each run, or for the mean of those that differ in their seed only. */
export function runPoints(runs: readonly RunSummary[], x: ScatterX, y: ScatterY, ofSeeds: boolean): RunPoint[] {
  const drawn = runs.filter((run) => run.state === 'finished' && yOf[y](run) !== undefined)
  const groups = ofSeeds ? groupBySeed(drawn) : drawn.map((run) => ({ key: String(run.id), runs: [run] }))
  return groups.flatMap((group): RunPoint[] => {
    const first = group.runs[0]!
    // The same settings trained twice are one seed, as in the verdict.
    const seeds = withoutRepetitions(group.runs)
    const statistics = seedStatistics(seeds.flatMap((run) => yOf[y](run) ?? []))
    if (!statistics) return []
    const { family, shortcut } = first.settings.network
    return [
      {
        key: group.key,
        name: seeds.length > 1 ? `${labelOf(first.settings.network)}, ${seeds.length} seeds` : first.name,
        x: seeds.reduce((sum, run) => sum + xOf[x](run), 0) / seeds.length,
        y: statistics.mean,
        spread: statistics.std,
        family,
        shortcut,
        layers: depthOf(first.settings.network),
        runs: group.runs,
      },
    ]
  })
}

/**
 * Lists published CIFAR-10 test errors where the axis is known for them: the paper's Table 6, and plain nets read off its Fig. 6. What was
 * not come by as the own points beside it has a dagger.
 * @param own points, which are means where they are of several seeds: then the mean of what was trained several times stands here, too
 */
export function publishedPoints(x: ScatterX, y: ScatterY, own: readonly RunPoint[]): PublishedPoint[] {
  const overlaid = overlaidNumbers(own.flatMap(({ runs }) => runs))
  const several = own.some(({ spread }) => spread !== null)
  return [...residualResults, ...otherResults, ...plainReadings].flatMap((result) => {
    const at = publishedX(result, x)
    if (at === null) return []
    const { name, testError, repeated } = result
    const beside = overlaid.find(({ published }) => published.name === name)
    const differs = [
      ...(y === 'best' ? ['measure: last epoch instead of the best'] : []),
      ...(beside?.differs ?? (repeated && !several ? [`measure: one run instead of the ${bestOfWords(repeated)}`] : [])),
    ]
    const value = beside?.reference ?? (repeated && several ? repeated.mean : testError)
    return [{ name: differs.length > 0 ? `${name} ${dagger}` : name, x: at, y: value, differs }]
  })
}

/** Finds the x of a published result; null for training times, which other machines measured. */
function publishedX({ family, layers, parameters }: PublishedCifar10Result, x: ScatterX): number | null {
  if (x === 'layers') return layers
  if (x === 'parameters') return parameters
  if (x === 'trainedMs' || family === null || layers === null) return null
  return buildNetwork(designAt('cifar', { family, depth: layers, shortcut: 'A', inputShape: [32, 32, 3], classes: 10 })).multiplyAdds
}
