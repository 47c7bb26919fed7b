import { join } from 'node:path'
import type { Command } from 'commander'
import { shellWord } from '../../common/shell-word.ts'
import { demoSweep } from '../../common/sweep/demo-sweep.ts'
import { builtInRecipes } from '../../common/training/recipes.ts'
import { connectEngine } from '../client/client.ts'
import { defineCommand, type Context } from './command.ts'
import { withEngine } from './connect.ts'
import { CommandEnd } from './exit-codes.ts'
import { csvOf } from './export-csv.ts'
import { figureOf } from './export-figure.ts'
import { followSweep, outcomeExitCode, outcomeText, verdictOf } from './follow-sweep.ts'
import { formatDuration } from './format.ts'
import { openSweep } from './open-sweep.ts'
import { writeWholeFile } from './write-file.ts'

export function registerDemo(program: Command): void {
  const again = (command: Command) => command.option('--again', 'train again instead of showing the results of the last demo')
  defineCommand<{ readonly again?: boolean }>(
    program,
    'demo',
    'a small sweep from start to end: train, compare, draw (in ./skiplab-demo unless --workspace is given)',
    again,
    async (given, options) => {
      const context: Context = given.defaultWorkspace
        ? { output: given.output, workspace: join(process.cwd(), 'skiplab-demo'), defaultWorkspace: false }
        : given
      const { output } = context
      const startedAt = Date.now()
      output.text(
        `Does depth help, and do shortcuts make it help? Plain and residual nets of ${demoSweep.depths.join(' and ')} layers ` +
          `learn the ten shapes of shapes-10, ${builtInRecipes.get(demoSweep.recipe)?.recipe.epochs} epochs each.`,
      )
      output.text(`Workspace: ${context.workspace}\n`)

      const client = await connectEngine({ workspace: context.workspace })
      const queued = await openSweep(context, client, demoSweep, options)
      const runs = await followSweep(context, client, queued)

      const files = await withEngine(context, async (engine) => {
        const folder = join(context.workspace, 'exports')
        const csv = await csvOf(engine, 'epochs', runs)
        const figure = { kind: 'curves', width: 760, x: 'auto', title: 'Plain and residual nets on shapes-10' } as const
        return {
          database: join(context.workspace, 'skiplab.db'),
          csv: writeWholeFile(join(folder, 'demo-epochs.csv'), csv.text),
          figure: writeWholeFile(join(folder, 'demo-curves.svg'), await figureOf(engine, runs, figure)),
        }
      })
      output.value({ type: 'demo', sweepId: queued.sweepId, runs, verdicts: verdictOf(runs), files, elapsedMs: Date.now() - startedAt })
      output.text(`\n${outcomeText(runs)}\n`)
      output.text(
        [`Done in ${formatDuration(Date.now() - startedAt)}. Written:`, `  ${files.database}`, `  ${files.csv}`, `  ${files.figure}`].join(
          '\n',
        ),
      )
      output.text(nextSteps(context, queued.sweepId))
      const exitCode = outcomeExitCode(runs)
      if (exitCode !== 0) throw new CommandEnd(exitCode)
    },
  )
}

function nextSteps(context: Context, sweepId: number): string {
  const workspace = `--workspace ${shellWord(context.workspace)}`
  return [
    '',
    'Next:',
    `  npx skiplab runs ${workspace}`,
    `  npx skiplab sweep more-seeds ${sweepId} ${workspace}`,
    `  npx skiplab export figure --kind layers ${workspace}`,
    '  npx skiplab data add cifar10',
    '  npx skiplab sweep run --family plain,residual --depth 20,56 --dataset cifar10 --recipe cifar10-10',
  ].join('\n')
}
