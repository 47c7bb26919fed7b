import type { Command } from 'commander'
import { registerExportCsv } from './export-csv.ts'
import { registerExportFigure } from './export-figure.ts'
import { registerExportPredictions } from './export-predictions.ts'
import { registerExportTable } from './export-table.ts'
import { registerExportWeights } from './export-weights.ts'

export function registerExport(program: Command): void {
  const group = program.command('export').description('write results as CSV, figures or tables for a paper, and weights for other programs')
  registerExportCsv(group)
  registerExportPredictions(group)
  registerExportFigure(group)
  registerExportTable(group)
  registerExportWeights(group)
}
