import Table from 'cli-table3'
import pc from 'picocolors'
import { printable } from './format.ts'

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Writes rows under a head line, without frames; columns of numbers are right-aligned. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const none = ''
  const drawn = new Table({
    // An untitled column has no colour codes, which would keep trailing spaces.
    head: columns.map(({ title }) => (title === '' ? '' : pc.dim(title))),
    colAligns: columns.map((column) => column.align ?? 'left'),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: none,
      'top-mid': none,
      'top-left': none,
      'top-right': none,
      bottom: none,
      'bottom-mid': none,
      'bottom-left': none,
      'bottom-right': none,
      left: none,
      'left-mid': none,
      mid: none,
      'mid-mid': none,
      right: none,
      'right-mid': none,
      middle: none,
    },
  })
  drawn.push(...rows.map((row) => row.map(printable)))
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
