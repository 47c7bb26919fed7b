import { type ComparedRun, runsByNetwork } from '../analysis/depth-results.ts'
import { mean as meanWords } from '../analysis/error-words.ts'
import { bestOfWords, type ComparedTest, heldAgainst, isMeasuredAs, type PublishedComparison } from './held-against.ts'
import type { OtherNumber } from './other-numbers.ts'
import { dagger } from './overlay.ts'
import { publishedDataTitles, type PublishedResult } from './published.ts'

/** "8.75", "≈ 13.5" where it was read off a figure, "> 60", "6.43 (6.61 ± 0.16 over 5)": percent. */
function publishedValue({ value, readOff, above, repeated }: PublishedResult): string {
  if (above) return `> ${value * 100}`
  const text = readOff ? `≈ ${(value * 100).toFixed(1)}` : (value * 100).toFixed(2)
  if (!repeated) return text
  const runs = repeated.runs === null ? '' : ` over ${repeated.runs}`
  return `${text} (${(repeated.mean * 100).toFixed(2)} ± ${(repeated.std * 100).toFixed(2)}${runs})`
}

/** "He et al. 2015, Table 6". */
export function sourceWords({ source }: Pick<PublishedResult, 'source'>): string {
  return `${source.work}, ${source.location}`
}

/** "top-5 error, validation images". */
function measureOf({ metric, images }: PublishedResult): string {
  return `${metric === 'topOneError' ? 'top-1' : 'top-5'} error, ${images} images`
}

/** "last epoch, 10-crop", "last epoch, single view, best of 5 runs", "ensemble of 6"; of nets of others the epoch is not told. */
function howReported({ net, checkpoint, protocol, members, repeated }: PublishedResult): string {
  const told = [
    ...(checkpoint === 'best' ? ['best epoch'] : net === null ? [] : ['last epoch']),
    ...(protocol === null ? [] : [protocol === 'single-view' ? 'single view' : protocol]),
    ...(members === 1 ? [] : [members === null ? 'ensemble' : `ensemble of ${members}`]),
    ...(repeated === null ? [] : [bestOfWords(repeated)]),
  ]
  return told.join(', ') || '–'
}

/** One published number as cells of text, in the order of `publishedColumns`. */
export function publishedCells(result: PublishedResult): string[] {
  return [
    result.name,
    result.layers === null ? '–' : String(result.layers),
    result.parameters === null ? '–' : result.parameters.toLocaleString('en'),
    result.multiplyAdds === null ? '–' : billions(result.multiplyAdds),
    publishedDataTitles[result.data],
    measureOf(result),
    publishedValue(result),
    howReported(result),
    sourceWords(result),
  ]
}

export const publishedColumns: readonly { readonly title: string; readonly number: boolean }[] = [
  { title: 'network', number: false },
  { title: 'layers', number: true },
  { title: 'parameters', number: true },
  { title: 'multiply-adds, G', number: true },
  { title: 'data', number: false },
  { title: 'measured', number: false },
  { title: 'error, %', number: true },
  { title: 'how', number: false },
  { title: 'source', number: false },
]

/** One published number that is no error as cells of text, in the order of `otherColumns`. */
export function otherCells(number: OtherNumber): string[] {
  const { name, measured, unit, value, said } = number
  const text = unit === 'multiply-adds' ? `${billions(value)} G` : value.toLocaleString('en')
  return [name, measured, `${{ exactly: '', about: '≈ ', 'more than': '> ' }[said]}${text}`, unit, sourceWords(number)]
}

export const otherColumns: readonly { readonly title: string; readonly number: boolean }[] = [
  { title: 'of', number: false },
  { title: 'measured', number: false },
  { title: 'value', number: true },
  { title: 'unit', number: false },
  { title: 'source', number: false },
]

function billions(value: number): string {
  return (value / 1e9).toFixed(1)
}

export const comparisonColumns: readonly { readonly title: string; readonly number: boolean }[] = [
  { title: 'network', number: false },
  { title: 'measured', number: false },
  { title: 'own', number: true },
  { title: 'published, %', number: true },
  { title: 'points', number: true },
  { title: 'differs', number: false },
  { title: 'how', number: false },
  { title: 'source', number: false },
]

/** Networks against published numbers as rows of text under `comparisonColumns`, and what the letters of the column "differs" mean. */
export function comparisonRows(comparisons: readonly PublishedComparison[]): { rows: string[][]; notes: string[] } {
  const differences = [...new Set(comparisons.flatMap(({ differs }) => (differs.length > 0 ? [differs.join('; ')] : [])))]
  const rows = comparisons.map(({ network, published, own, difference, differs }) => [
    network,
    measureOf(published),
    own ? meanWords(own) : '–',
    publishedValue(published),
    difference === null ? '–' : `${difference < 0 ? '−' : '+'}${(Math.abs(difference) * 100).toFixed(2)}`,
    differs.length === 0 ? '–' : letter(differences.indexOf(differs.join('; '))),
    howReported(published),
    sourceWords(published),
  ])
  return { rows, notes: differences.map((words, index) => `${letter(index)}: ${words}.`) }
}

/** a to z, then a1, b1 and so on. */
function letter(index: number): string {
  const round = Math.floor(index / 26)
  return `${String.fromCharCode(97 + (index % 26))}${round === 0 ? '' : round}`
}

/**
 * The published number of a metric that was measured as a test of one run: "21.84", with a dagger where recipe or data differ.
 * @param comparisons of the run with its tests
 */
export function publishedOfTest(
  comparisons: readonly PublishedComparison[],
  test: ComparedTest,
  metric: PublishedResult['metric'] = 'topOneError',
): { text: string; differs: readonly string[] } | null {
  const found = comparisons.find(({ published }) => published.metric === metric && isMeasuredAs(test, published))
  return found ? flagged(found) : null
}

/** What is published of each network of one experiment, by its name, for a column beside own results. */
export function publishedByNetwork(
  runs: readonly ComparedRun[],
  tests: readonly ComparedTest[],
): Map<string, { text: string; differs: readonly string[] }> {
  const told = runsByNetwork(runs).flatMap((own) => {
    const comparisons = heldAgainst(own, tests)
    const first = firstPublished(comparisons)
    return first ? [[comparisons[0]!.network, first] as const] : []
  })
  return new Map(told)
}

/**
 * The first of what is published, which is the paper's where it has one: "8.75 †", the dagger where recipe, data or measure differ.
 * @returns null where nothing is published of the network
 */
export function firstPublished(comparisons: readonly PublishedComparison[]): { text: string; differs: readonly string[] } | null {
  const [first] = comparisons.filter(({ published }) => published.images !== 'training' && published.metric === 'topOneError')
  return first ? flagged(first) : null
}

function flagged({ published, differs }: PublishedComparison): { text: string; differs: readonly string[] } {
  return { text: `${publishedValue(published)}${differs.length > 0 ? ` ${dagger}` : ''}`, differs }
}
