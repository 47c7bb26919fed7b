import type { Command } from 'commander'
import { nearestName } from '../../common/nearest-name.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { DatasetSummary } from '../../common/records/records.ts'
import { builtInProviders } from '../data/add-dataset.ts'
import { defineCommand, defineDefaultCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { imageSize, registerDataAdd } from './data-add.ts'
import { registerDataInspect } from './data-inspect.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { formatBytes, formatInteger, printable } from './format.ts'
import { table } from './table.ts'

export function registerData(program: Command): void {
  const data = program.command('data').description('inspect, add, list, verify and remove data sets')
  registerDataAdd(data)
  registerDataInspect(data)

  defineDefaultCommand(
    data,
    'list',
    'the data sets of the workspace',
    (command) => command,
    async (context) => {
      const datasets = await withEngine(context, (client) => client.call('datasets.list', {}))
      context.output.value(datasets)
      if (!context.output.json)
        context.output.text(
          datasets.length > 0
            ? datasetTable(datasets)
            : `No data set yet. Add one with: npx skiplab data add ${builtInProviders.map((provider) => provider.name).join(' | ')}`,
        )
    },
  )

  defineCommand(
    data,
    'verify <name>',
    'read a data set through and compare it with its checksums',
    (command) => command,
    async (context, _options, [name]) => {
      const result = await withEngine(context, async (client) => {
        await requirePresent(client, name!)
        return client.call('datasets.verify', { name: name! })
      })
      context.output.value(result)
      if (!context.output.json)
        context.output.text(result.valid ? `${name}: whole` : [`${name}: damaged`, ...result.problems.map(printable)].join('\n'))
      if (!result.valid) throw new CommandEnd(exitCodes.badOutcome)
    },
  )

  defineCommand(
    data,
    'remove <name>',
    'delete a data set from the workspace; runs and their results stay',
    (command) => command,
    async (context, _options, [name]) => {
      await withEngine(context, async (client) => {
        await requirePresent(client, name!)
        await client.call('datasets.remove', { name: name! })
      })
      context.output.value({ removed: name })
      if (!context.output.json) context.output.text(`${name}: removed`)
    },
  )
}

async function requirePresent(client: EngineClient, name: string): Promise<void> {
  const present = (await client.call('datasets.list', {})).map((dataset) => dataset.name)
  if (present.includes(name)) return
  const near = nearestName(name, present)
  const others = present.length > 0 ? `, which has ${present.join(', ')}.` : ', which has none.'
  throw new SkiplabError('not-found', `The data set "${name}" is not in this workspace${near ? `; did you mean "${near}"?` : others}`)
}

function datasetTable(datasets: readonly DatasetSummary[]): string {
  return table(
    [
      { title: 'data set' },
      { title: 'training', align: 'right' },
      { title: 'test', align: 'right' },
      { title: 'classes', align: 'right' },
      { title: 'image' },
      { title: 'size', align: 'right' },
      { title: 'source' },
    ],
    datasets.map((dataset) => [
      dataset.name,
      formatInteger(dataset.trainCount),
      formatInteger(dataset.testCount),
      String(dataset.classes.length),
      imageSize(dataset),
      formatBytes(dataset.bytes),
      dataset.source,
    ]),
  )
}
