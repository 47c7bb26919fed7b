import type { Command } from 'commander'
import { csvLine } from '../../common/export/csv.ts'
import { SkiplabError } from '../../common/failure.ts'
import { type Family, families } from '../../common/network/families/families.ts'
import { type PublishedData, publishedData } from '../../common/paper/published.ts'
import { findPublished } from '../../common/paper/published-filter.ts'
import { otherCells, otherColumns, publishedCells, publishedColumns } from '../../common/paper/published-words.ts'
import { defineCommand } from './command.ts'
import { publishedTableColumns } from './published-text.ts'
import { table } from './table.ts'
import { integer, listOf, oneOf } from './values.ts'

interface PublishedOptions {
  readonly data?: PublishedData
  readonly family?: Family[]
  readonly depth?: number[]
  readonly source?: string
  readonly others?: boolean
  readonly csv?: boolean
}

export function registerPublished(program: Command): void {
  const configure = (command: Command) =>
    command
      .option('--data <name>', publishedData.join(' or '), oneOf('data set', publishedData))
      .option('--family <names>', families.join(','), listOf(oneOf('family', families)))
      .option('--depth <list>', 'depths in weighted layers, such as 20,56', listOf(integer('a depth', 1, 100_000)))
      .option('--source <text>', 'part of the source, such as "Table 6" or akamaster')
      .option('--others', 'multiply-adds, parameters and what else the sources measured, in place of errors')
      .option('--csv', 'print CSV')
  defineCommand<PublishedOptions>(
    program,
    'published',
    'errors that the paper, its review and public ports report, each with its source',
    configure,
    ({ output }, { data, family, depth, source, others, csv }) => {
      const found = findPublished({
        ...(data && { data }),
        ...(family && { families: family }),
        ...(depth && { depths: depth }),
        ...(source !== undefined && { source }),
      })
      const numbers = others ? found.others : found.errors
      if (numbers.length === 0)
        throw new SkiplabError('not-found', 'No published number matches. Leave options out, or see them all: skiplab published.')
      output.value(numbers)
      if (output.json) return
      const rows = others ? found.others.map(otherCells) : found.errors.map(publishedCells)
      const columns = others ? otherColumns : publishedColumns
      output.text(
        csv ? [columns.map(({ title }) => title), ...rows].map(csvLine).join('').trimEnd() : table(publishedTableColumns(columns), rows),
      )
    },
  )
}
