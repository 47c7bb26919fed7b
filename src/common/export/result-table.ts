import type { DepthResult } from '../analysis/depth-results.ts'
import { daggerWords } from '../paper/overlay.ts'
import { csvLine } from './csv.ts'
import { latexText } from './latex.ts'
import type { SeedStatistics } from '../analysis/statistics.ts'

export const resultTableFormats = ['markdown', 'latex', 'csv'] as const
export type ResultTableFormat = (typeof resultTableFormats)[number]

const errors = ['trainError', 'testError', 'bestTestError'] as const
type ErrorColumn = (typeof errors)[number]
const titles: Readonly<Record<ErrorColumn, string>> = {
  trainError: 'training error',
  testError: 'test error',
  bestTestError: 'best test error',
}

const publishedTitle = 'published test error, %'

/** The lowest error of each column as it is written, in percent with two digits; none where there is nothing to compare with. */
export function bestErrors(results: readonly DepthResult[]): Readonly<Record<ErrorColumn, string | null>> {
  const best = (column: ErrorColumn): string | null => {
    const means = results.flatMap((result) => result[column]?.mean ?? [])
    return means.length > 1 ? percent(Math.min(...means)) : null
  }
  return { trainError: best('trainError'), testError: best('testError'), bestTestError: best('bestTestError') }
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
  const beside = (name: string): string[] => (published ? [published.get(name)?.text ?? '–'] : [])
  const differs = published && daggerWords([...published.values()])
  const heads = [
    ...['network', 'layers', 'parameters', 'seeds'],
    ...errors.map((column) => `${titles[column]}, %`),
    ...(published ? [publishedTitle] : []),
  ]
  const cells = results.map((result) => ({
    result,
    errors: errors.map((column) => ({ statistics: result[column], bold: isBest(result[column], best[column]) })),
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
      row(['---', '---:', '---:', '---:', ...errors.map(() => '---:'), ...(published ? ['---:'] : [])]),
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
    `\\begin{tabular}{lrrrrrr${published ? 'r' : ''}}`,
    '\\toprule',
    `${heads.map(latexText).join(' & ')} \\\\`,
    '\\midrule',
    ...rows.map((cellsOfRow) => `${cellsOfRow.join(' & ')} \\\\`),
    '\\bottomrule',
    '\\end{tabular}',
    ...(differs ? [`\\par\\footnotesize ${latexText(differs)}`] : []),
  ])
}

function csv(results: readonly DepthResult[], published: PublishedColumn | null): string {
  const head = [
    'network',
    'layers',
    'parameters',
    'finished',
    'diverged',
    ...errors.flatMap((column) => [`${titles[column]} mean, %`, `${titles[column]} std, %`].map((title) => `"${title}"`)),
    ...(published ? [`"${publishedTitle}"`, '"published, differs in"'] : []),
  ]
  const rows = results.map((result) => [
    result.name,
    result.layers,
    result.parameterCount,
    result.finished,
    result.diverged,
    ...errors.flatMap((column) => [number(result[column]?.mean), number(result[column]?.std)]),
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
