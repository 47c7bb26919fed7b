import type { Verdict } from '../../common/analysis/degradation.ts'
import { headlineText } from '../../common/analysis/verdict-headline.ts'
import { verdictRows } from '../../common/analysis/verdict-table.ts'
import { printable } from './format.ts'
import { table } from './table.ts'

/** Writes a verdict for a terminal: the answer in one line, the numbers in a table, the words last. */
export function verdictText(verdict: Verdict): string {
  const rows = verdictRows(verdict).map((row) => [row.what, row.from, row.to, row.difference, row.margin, row.relation])
  const numbers = table(
    [
      { title: 'training error' },
      { title: 'from', align: 'right' },
      { title: 'to', align: 'right' },
      { title: 'points', align: 'right' },
      { title: 'to count', align: 'right' },
      { title: '' },
    ],
    rows,
  )
  return [headlineText(verdict.headline), ...(rows.length > 0 ? [numbers] : []), verdict.sentences.map(printable).join('\n')].join('\n\n')
}
