import type { Command } from 'commander'
import { defineDefaultCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { registerRunRemoval } from './removal.ts'
import { addFilterOptions, selectRuns, type FilterOptions } from './run-filter.ts'
import { runTable } from './run-state.ts'

export function registerRuns(program: Command): void {
  const group = program.command('runs').description('list runs with their results; rename and remove them')
  defineDefaultCommand<FilterOptions>(group, 'list', 'list runs with their results', addFilterOptions, async (context, options) => {
    const runs = await withEngine(context, (client) => selectRuns(client, options))
    context.output.value(runs)
    if (!context.output.json) context.output.text(runs.length > 0 ? runTable(runs) : 'No run matches.')
  })
  registerRunRemoval(group)
}
