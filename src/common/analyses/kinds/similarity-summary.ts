import { stageOf } from '../../network/graph/layer.ts'
import type { AnalysedName, AnalysisTable } from './define-analysis.ts'
import type { SimilarityResult } from './similarity.ts'

type SimilarityMap = SimilarityResult['maps'][number]
type Told = Pick<SimilarityResult, 'runs' | 'maps' | 'images'>

/** Two outputs and how alike they are. */
interface Pair {
  readonly row: number
  readonly column: number
  readonly value: number
}

/** Sums maps up for people: mean CKA of the layers of each two stages, the most alike pairs in words. Some rows instead of thousands. */
export function similaritySummary(result: SimilarityResult, names: readonly AnalysedName[]): AnalysisTable {
  const stages = result.runs.map(({ outputs }) => stagesOf(outputs))
  const columns = [...new Set(stages.flatMap((each) => [...each.keys()]))]
  return {
    columns: [
      { name: 'run', title: 'run' },
      { name: 'stage', title: 'mean CKA of' },
      { name: 'other_run', title: 'with run' },
      ...columns.map((name) => ({ name, title: name, digits: 3 })),
    ],
    rows: result.maps.flatMap(({ rows, columns: beside, values }) =>
      [...stages[rows]!].map(([stage, own]) => [
        names[rows]!.id,
        stage,
        names[beside]!.id,
        ...columns.map((name) => meanOf(pairsOf(values, own, stages[beside]!.get(name) ?? [], rows === beside))),
      ]),
    ),
    notes: similarityNotes(result, names),
  }
}

/** What maps show, in whole sentences. */
export function similarityNotes({ runs, maps, images }: Told, names: readonly AnalysedName[]): string[] {
  return [
    ...maps.map((map) => (map.rows === map.columns ? withinNote(map, runs, names) : acrossNote(map, runs, names))),
    `Linear CKA over ${images.toLocaleString('en')} images, unbiased over batches.`,
  ]
}

/** Indices of outputs by the stage that they are of, in their order. */
function stagesOf(outputs: SimilarityResult['runs'][number]['outputs']): Map<string, number[]> {
  const stages = new Map<string, number[]>()
  outputs.forEach((output, index) => stages.set(stageOf(output), [...(stages.get(stageOf(output)) ?? []), index]))
  return stages
}

/** Pairs with a value, of a network with itself each once and none of an output with itself. */
function pairsOf(values: SimilarityMap['values'], rows: readonly number[], columns: readonly number[], itself: boolean): Pair[] {
  return rows.flatMap((row) =>
    columns.flatMap((column): Pair[] => {
      const value = values[row]![column] ?? null
      return value === null || (itself && row === column) ? [] : [{ row, column, value }]
    }),
  )
}

function meanOf(pairs: readonly Pair[]): number | null {
  return pairs.length === 0 ? null : pairs.reduce((sum, { value }) => sum + value, 0) / pairs.length
}

const all = (values: readonly unknown[]): number[] => values.map((_, index) => index)
const highest = (pairs: readonly Pair[]): Pair | undefined => pairs.toSorted((a, b) => b.value - a.value)[0]
const lowest = (pairs: readonly Pair[]): Pair | undefined => pairs.toSorted((a, b) => a.value - b.value)[0]

/** Tells of a network with itself how alike neighbours are, and which layers further apart are most alike. */
function withinNote({ rows, values }: SimilarityMap, runs: Told['runs'], names: readonly AnalysedName[]): string {
  const { outputs } = runs[rows]!
  const { name } = names[rows]!
  const pairs = pairsOf(values, all(values), all(values), true).filter(({ row, column }) => row < column)
  const neighbours = pairs.filter(({ row, column }) => column === row + 1)
  const least = lowest(neighbours)
  if (!least) return `${name}: no two neighbours can be compared.`
  const named = ({ row, column }: Pair, between: string): string => `${outputs[row]!.name} ${between} ${outputs[column]!.name}`
  const apart = highest(pairs.filter(({ row, column }) => column > row + 1))
  return (
    `${name}: neighbours have a mean CKA of ${meanOf(neighbours)!.toFixed(3)}, the lowest ${least.value.toFixed(3)} from ` +
    `${named(least, 'to')}.${apart ? ` Further apart the most alike are ${named(apart, 'and')}, ${apart.value.toFixed(3)}.` : ''}`
  )
}

/** Tells how near each layer comes to any of the other network, and of nets of one length how alike layers of one place are. */
function acrossNote({ rows, columns, values }: SimilarityMap, runs: Told['runs'], names: readonly AnalysedName[]): string {
  const [one, other] = [names[rows]!.name, names[columns]!.name]
  const pairs = pairsOf(values, all(values), all(values[0] ?? []), false)
  const nearest = all(values).flatMap((row) => highest(pairs.filter((pair) => pair.row === row)) ?? [])
  const [least, most] = [lowest(nearest), highest(nearest)]
  if (!least || !most) return `${one} beside ${other}: no two outputs can be compared.`
  const nameOf = ({ row }: Pair): string => runs[rows]!.outputs[row]!.name
  const sameLength = values.length === (values[0] ?? []).length
  const diagonal = meanOf(pairs.filter(({ row, column }) => row === column))
  return (
    `${one} beside ${other}: an output’s nearest in the other network has a mean CKA of ${meanOf(nearest)!.toFixed(3)}, ` +
    `the lowest ${least.value.toFixed(3)} for ${nameOf(least)}; the most alike are ${nameOf(most)} and ` +
    `${runs[columns]!.outputs[most.column]!.name}, ${most.value.toFixed(3)}.` +
    (sameLength && diagonal !== null ? ` Outputs of the same place have ${diagonal.toFixed(3)} on average.` : '')
  )
}
