import type { Command } from 'commander'
import { registerExportCsv } from './export-csv.ts'
import { registerExportFigure } from './export-figure.ts'

export function registerExport(program: Command): void {
  const group = program.command('export').description('write results as CSV or figures')
  registerExportCsv(group)
  registerExportFigure(group)
}
