import type { DepthResult } from '../analysis/depth-results.ts'
import { daggerWords } from '../paper/overlay.ts'
import { csvLine } from './csv.ts'
import { latexText } from './latex.ts'
import type { SeedStatistics } from '../analysis/statistics.ts'

export const resultTableFormats = ['markdown', 'latex', 'csv'] as const
export type ResultTableFormat = (typeof resultTableFormats)[number]

/** A column of errors. */
interface ErrorColumn {
  readonly key: 'trainError' | 'testError' | 'testTopFiveError' | 'bestTestError' | 'bestTestTopFiveError'
  readonly title: string
}

const publishedTitle = 'published test error, %'

/** The columns of errors that these results have: top-5 beside top-1 where it was measured. */
export function errorColumns(results: readonly DepthResult[]): ErrorColumn[] {
  const all: ErrorColumn[] = [
    { key: 'trainError', title: 'training error' },
    { key: 'testError', title: 'test error' },
    { key: 'testTopFiveError', title: 'test top-5 error' },
    { key: 'bestTestError', title: 'best test error' },
    { key: 'bestTestTopFiveError', title: 'best test top-5 error' },
  ]
  return all.filter(({ key }) => !isTopFive(key) || results.some((result) => result[key] !== null))
}

const isTopFive = (key: ErrorColumn['key']): boolean => key === 'testTopFiveError' || key === 'bestTestTopFiveError'

/** The lowest error of each column as it is written, in percent with two digits; none where there is nothing to compare with. */
export function bestErrors(results: readonly DepthResult[]): Readonly<Record<ErrorColumn['key'], string | null>> {
  const best = (column: ErrorColumn['key']): string | null => {
    const means = results.flatMap((result) => result[column]?.mean ?? [])
    return means.length > 1 ? percent(Math.min(...means)) : null
  }
  return {
    trainError: best('trainError'),
    testError: best('testError'),
    testTopFiveError: best('testTopFiveError'),
    bestTestError: best('bestTestError'),
    bestTestTopFiveError: best('bestTestTopFiveError'),
  }
}

/** Whether an error is the lowest of its column, as far as two digits tell. */
export function isBest(statistics: SeedStatistics | null, best: string | null): boolean {
  return statistics !== null && percent(statistics.mean) === best
}

/** What is published of networks by their names, with a dagger in the text where recipe, data or measure differ. */
type PublishedColumn = ReadonlyMap<string, { readonly text: string; readonly differs: readonly string[] }>

/**
 * The results of one experiment as a table for a paper: a row a network, errors of the last epoch in percent as mean ± std
 * over seeds, the lowest of a column bold (CSV: as numbers, mean and std apart).
 * @param published a last column; null for none
 */
export function resultTable(results: readonly DepthResult[], format: ResultTableFormat, published: PublishedColumn | null = null): string {
  if (format === 'csv') return csv(results, published)
  const best = bestErrors(results)
  const columns = errorColumns(results)
  const beside = (name: string): string[] => (published ? [published.get(name)?.text ?? '–'] : [])
  const differs = published && daggerWords([...published.values()])
  const heads = [
    ...['network', 'layers', 'parameters', 'seeds'],
    ...columns.map(({ title }) => `${title}, %`),
    ...(published ? [publishedTitle] : []),
  ]
  const cells = results.map((result) => ({
    result,
    errors: columns.map(({ key }) => ({ statistics: result[key], bold: isBest(result[key], best[key]) })),
  }))
  if (format === 'markdown') {
    const rows = cells.map(({ result, errors: values }) => [
      result.name,
      result.layers,
      count(result.parameterCount),
      result.finished,
      ...values.map(({ statistics, bold }) => markdownError(statistics, bold)),
      ...beside(result.name),
    ])
    return lines([
      row(heads),
      row(['---', '---:', '---:', '---:', ...columns.map(() => '---:'), ...(published ? ['---:'] : [])]),
      ...rows.map(row),
      ...(differs ? ['', differs] : []),
    ])
  }
  const rows = cells.map(({ result, errors: values }) => [
    result.name,
    result.layers,
    count(result.parameterCount).replaceAll(',', '{,}'),
    result.finished,
    ...values.map(({ statistics, bold }) => latexError(statistics, bold)),
    ...beside(result.name).map(latexText),
  ])
  return lines([
    '% needs \\usepackage{booktabs}',
    `\\begin{tabular}{lrrr${'r'.repeat(columns.length)}${published ? 'r' : ''}}`,
    '\\toprule',
    `${heads.map(latexText).join(' & ')} \\\\`,
    '\\midrule',
    ...rows.map((cellsOfRow) => `${cellsOfRow.join(' & ')} \\\\`),
    '\\bottomrule',
    '\\end{tabular}',
    ...(differs ? [`\\par\\footnotesize ${latexText(differs)}`] : []),
  ])
}

/** Top-5 errors stand behind all others, where older tables end. */
function csv(results: readonly DepthResult[], published: PublishedColumn | null): string {
  const all = errorColumns(results)
  const columns = [...all.filter(({ key }) => !isTopFive(key)), ...all.filter(({ key }) => isTopFive(key))]
  const head = [
    'network',
    'layers',
    'parameters',
    'finished',
    'diverged',
    ...columns.flatMap(({ title }) => [`"${title} mean, %"`, `"${title} std, %"`]),
    ...(published ? [`"${publishedTitle}"`, '"published, differs in"'] : []),
  ]
  const rows = results.map((result) => [
    result.name,
    result.layers,
    result.parameterCount,
    result.finished,
    result.diverged,
    ...columns.flatMap(({ key }) => [number(result[key]?.mean), number(result[key]?.std)]),
    ...(published
      ? [published.get(result.name)?.text ?? '', published.get(result.name)?.differs.join('; ') ?? ''].map((cell) =>
          csvLine([cell]).trimEnd(),
        )
      : []),
  ])
  return [head, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('')
}

function number(fraction: number | null | undefined): string {
  return fraction === null || fraction === undefined ? '' : String(Number((fraction * 100).toPrecision(10)))
}

function percent(fraction: number): string {
  return (fraction * 100).toFixed(2)
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`
}

function markdownError(statistics: SeedStatistics | null, bold: boolean): string {
  if (!statistics) return '–'
  const text = percent(statistics.mean) + (statistics.std === null ? '' : ` ± ${percent(statistics.std)}`)
  return bold ? `**${text}**` : text
}

function latexError(statistics: SeedStatistics | null, bold: boolean): string {
  if (!statistics) return '--'
  const mean = percent(statistics.mean)
  return `$${bold ? `\\mathbf{${mean}}` : mean}${statistics.std === null ? '' : ` \\pm ${percent(statistics.std)}`}$`
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
