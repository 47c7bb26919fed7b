import type { Command } from 'commander'
import { assessDegradation } from '../../common/analysis/degradation.ts'
import { exportName } from '../../common/export/file-name.ts'
import { resultTable, type ResultTableFormat, resultTableFormats } from '../../common/export/result-table.ts'
import { publishedByNetwork } from '../../common/paper/published-words.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { finishedTests } from './published-text.ts'
import { oneExperiment } from './one-experiment.ts'
import { addFilterOptions, selectRuns, type FilterOptions } from './run-filter.ts'
import { oneOf } from './values.ts'
import { exportPath, writeOutput } from './write-file.ts'

interface TableOptions extends FilterOptions {
  readonly format: ResultTableFormat
  readonly output?: string
  readonly published?: boolean
}

const endings: Readonly<Record<ResultTableFormat, string>> = { markdown: 'md', latex: 'tex', csv: 'csv' }

export function registerExportTable(group: Command): void {
  const options = (command: Command) =>
    addFilterOptions(command)
      .option('--format <format>', resultTableFormats.join(', '), oneOf('format', resultTableFormats), 'markdown')
      .option('--output <file>', 'file to write, - for stdout (default: a new file in the workspace’s exports)')
      .option('--published', 'a column with the first published error of the same network, the paper’s where it has one')
  defineCommand<TableOptions>(
    group,
    'table',
    'the results of one experiment as a table for a paper: mean ± std over seeds, the best bold',
    options,
    async (context, chosen) => {
      const { runs, published } = await withEngine(context, async (client) => {
        const selected = oneExperiment(await selectRuns(client, chosen), 'table')
        return { runs: selected, published: chosen.published ? publishedByNetwork(selected, await finishedTests(client, selected)) : null }
      })
      const { results } = assessDegradation(runs)
      const file = writeOutput(
        context,
        chosen.output,
        () => exportPath(context, exportName('results', runs), endings[chosen.format]),
        resultTable(results, chosen.format, published),
      )
      if (file === null) return
      context.output.value({ file, format: chosen.format, runs: runs.length, rows: results.length })
      if (!context.output.json)
        context.output.text(`${file}: ${results.length} networks of ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`)
    },
  )
}
