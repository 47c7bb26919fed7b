import type { Command } from 'commander'
import { defineDefaultCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { registerRunRemoval } from './removal.ts'
import { addFilterOptions, selectRuns, type FilterOptions } from './run-filter.ts'
import { askPublished, publishedOption, publishedText } from './published-text.ts'
import { runTable } from './run-state.ts'
import { seedRows, seedTable } from './seed-table.ts'

interface ListOptions extends FilterOptions {
  readonly published?: boolean
  readonly groupSeeds?: boolean
}

export function registerRuns(program: Command): void {
  const group = program.command('runs').description('list runs with their results; rename and remove them')
  const configure = (command: Command) =>
    addFilterOptions(command)
      .option('--group-seeds', 'a row a network: mean ± standard deviation over its seeds')
      .option(...publishedOption)
  defineDefaultCommand<ListOptions>(group, 'list', 'list runs with their results', configure, async (context, options) => {
    const { published: asked, groupSeeds, ...filter } = options
    const { runs, published } = await withEngine(context, async (client) => {
      const selected = await selectRuns(client, filter)
      return { runs: selected, published: asked ? await askPublished(client, selected) : [] }
    })
    const shown = groupSeeds ? seedRows(runs) : runs
    context.output.value(asked ? { runs: shown, published } : shown)
    if (context.output.json) return
    const text = groupSeeds ? seedTable(seedRows(runs)) : runTable(runs)
    context.output.text(runs.length > 0 ? text : 'No run matches.')
    if (asked && runs.length > 0) context.output.text(`\n${publishedText(published)}`)
  })
  registerRunRemoval(group)
}
