import { mean as meanWords } from '../analysis/error-words.ts'
import type { PublishedComparison } from './held-against.ts'
import { publishedDataTitles, type PublishedResult } from './published.ts'

/** "8.75", "≈ 13.5" where it was read off a figure, "6.43 (6.61 ± 0.16 over 5)": percent. */
function publishedValue({ value, readOff, repeated }: PublishedResult): string {
  const text = readOff ? `≈ ${(value * 100).toFixed(1)}` : (value * 100).toFixed(2)
  if (!repeated) return text
  const runs = repeated.runs === null ? '' : ` over ${repeated.runs}`
  return `${text} (${(repeated.mean * 100).toFixed(2)} ± ${(repeated.std * 100).toFixed(2)}${runs})`
}

/** "He et al. 2015, Table 6". */
export function sourceWords({ source }: PublishedResult): string {
  return `${source.work}, ${source.location}`
}

/** "top-5 error, validation images". */
function measureOf({ metric, images }: PublishedResult): string {
  return `${metric === 'topOneError' ? 'top-1' : 'top-5'} error, ${images} images`
}

/** "last epoch, 10-crop", "best epoch, single view", "ensemble of 6"; of nets of others the epoch is not told. */
function howReported({ net, checkpoint, protocol, members }: PublishedResult): string {
  const told = [
    ...(checkpoint === 'best' ? ['best epoch'] : net === null ? [] : ['last epoch']),
    ...(protocol === null ? [] : [protocol === 'single-view' ? 'single view' : protocol]),
    ...(members === 1 ? [] : [members === null ? 'ensemble' : `ensemble of ${members}`]),
  ]
  return told.join(', ') || '–'
}

/** One published number as cells of text, in the order of `publishedColumns`. */
export function publishedCells(result: PublishedResult): string[] {
  return [
    result.name,
    result.layers === null ? '–' : String(result.layers),
    result.parameters === null ? '–' : result.parameters.toLocaleString('en'),
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
  { title: 'data', number: false },
  { title: 'measured', number: false },
  { title: 'error, %', number: true },
  { title: 'how', number: false },
  { title: 'source', number: false },
]

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
 * The first of what is published, which is the paper's where it has one: "8.75 †", the dagger where recipe, data or measure differ.
 * @returns null where nothing is published of the network
 */
export function firstPublished(comparisons: readonly PublishedComparison[]): { text: string; differs: readonly string[] } | null {
  const [first] = comparisons.filter(({ published }) => published.images !== 'training' && published.metric === 'topOneError')
  if (!first) return null
  return { text: `${publishedValue(first.published)}${first.differs.length > 0 ? ' †' : ''}`, differs: first.differs }
}
