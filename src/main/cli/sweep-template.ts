import type { Command } from 'commander'
import { SkiplabError } from '../../common/failure.ts'
import { nearestName } from '../../common/nearest-name.ts'
import type { Template } from '../../common/rpc/templates.ts'
import type { Sweep } from '../../common/sweep/sweep.ts'
import { sweepFileText } from '../../common/sweep/sweep-text.ts'
import type { BuiltInTemplate } from '../../common/sweep/templates.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { printable } from './format.ts'
import { table } from './table.ts'

interface Templates {
  readonly builtIn: readonly BuiltInTemplate[]
  /** The workspace's. */
  readonly own: readonly Template[]
}

export function registerSweepTemplate(sweep: Command): void {
  defineCommand(
    sweep,
    'template [name]',
    'ready-made sweeps, the paper’s experiments among them; with a name that one as a sweep file',
    (command) => command,
    async (context, _options, [name]) => {
      const templates = await withEngine(context, async (client) => ({
        builtIn: await client.call('templates.builtIn', {}),
        own: await client.call('templates.list', {}),
      }))
      if (name === undefined) {
        context.output.value(templates)
        if (!context.output.json) context.output.text(templatesText(templates))
        return
      }
      const found = sweepNamed(templates, name)
      context.output.value(found)
      if (!context.output.json) context.output.text(sweepFileText(found).trimEnd())
    },
  )
}

/** @throws SkiplabError not-found with the nearest name */
export function sweepNamed({ builtIn, own }: Templates, wanted: string): Sweep {
  const isWanted = (name: string): boolean => name.toLowerCase() === wanted.trim().toLowerCase()
  const found = builtIn.find(({ name, title }) => isWanted(name) || isWanted(title)) ?? own.find(({ name }) => isWanted(name))
  if (found) return found.sweep
  const near = nearestName(
    wanted,
    [...builtIn, ...own].map(({ name }) => name),
  )
  throw new SkiplabError(
    'not-found',
    `There is no template "${wanted}"; ${near ? `did you mean "${near}"?` : 'skiplab sweep template lists those that there are.'}`,
  )
}

function templatesText({ builtIn, own }: Templates): string {
  const rows = [
    ...builtIn.map(({ name, sweep, words }) => [name, sweep.dataset, sweep.recipe, words]),
    ...own.map(({ name, sweep }) => [printable(name), sweep.dataset, sweep.recipe, 'yours']),
  ]
  return [
    table([{ title: 'template' }, { title: 'data set' }, { title: 'recipe' }, { title: 'what it trains' }], rows),
    '',
    'One as a file to change and train: skiplab sweep template figure-4 > figure-4.yaml; skiplab sweep run figure-4.yaml',
  ].join('\n')
}
