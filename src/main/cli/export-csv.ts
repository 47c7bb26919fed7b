import type { Command } from 'commander'
import { csvTables, type CsvTable } from '../../common/export/csv-table.ts'
import { exportName } from '../../common/export/file-name.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { RunSummary } from '../../common/records/records.ts'
import { csvOf as csvOfRuns } from '../export/run-csv.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { addFilterOptions, selectRuns, type FilterOptions } from './run-filter.ts'
import { oneOf } from './values.ts'
import { exportPath, writeOutput } from './write-file.ts'

interface CsvOptions extends FilterOptions {
  readonly table: CsvTable
  readonly output?: string
}

export function registerExportCsv(group: Command): void {
  const options = (command: Command) =>
    addFilterOptions(command)
      .option('--table <name>', csvTables.join(', '), oneOf('table', csvTables), 'epochs')
      .option('--output <file>', 'file to write, - for stdout (default: a new file in the workspace’s exports)')
  defineCommand<CsvOptions>(
    group,
    'csv',
    'results as CSV: a row an epoch, step sample, layer, run, value, test or class',
    options,
    async (context, chosen) => {
      const { text, rows, runs, name } = await withEngine(context, async (client) => {
        const selected = await selectRuns(client, chosen)
        if (selected.length === 0) throw new SkiplabError('not-found', 'No run matches, so there is nothing to export.')
        return { ...(await csvOf(client, chosen.table, selected)), runs: selected.length, name: exportName(chosen.table, selected) }
      })
      const file = writeOutput(context, chosen.output, () => exportPath(context, name, 'csv'), text)
      if (file === null) return
      context.output.value({ file, table: chosen.table, runs, rows })
      if (!context.output.json) context.output.text(`${file}: ${rows} rows of ${runs} ${runs === 1 ? 'run' : 'runs'}`)
    },
  )
}

/** Makes the same table from what the engine answers. */
export function csvOf(client: EngineClient, table: CsvTable, runs: readonly RunSummary[]): Promise<{ text: string; rows: number }> {
  return csvOfRuns(table, runs, {
    epochs: (runId) => client.call('runs.epochs', { runId }),
    steps: async (runId) => (await client.call('runs.steps', { runId })).samples,
    layers: (runId) => client.call('runs.layerStatistics', { runId }),
    results: (runId) => client.call('runs.results', { runId }),
    confusion: (runId, checkpoint) => client.call('runs.confusion', { runId, checkpoint }),
    evaluations: (runIds) => client.call('evaluations.list', { runIds: [...runIds] }),
  })
}
