import type { Command } from 'commander'
import type { PlaceStatus } from '../../common/places/place.ts'
import { overdueWords, placeRoute, placeStateWords } from '../../common/places/place-words.ts'
import { defineCommand, defineDefaultCommand, type Context } from './command.ts'
import { withEngine } from './connect.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { formatBytes, formatTime, printable } from './format.ts'
import { changeFrom, type PlaceOptions, placeOptions, settingsFrom } from './place-options.ts'
import { table } from './table.ts'
import { integer } from './values.ts'

interface GiveUpOptions {
  readonly to?: string
}

/** Registers `place add`, `list`, `change`, `check`, `pause`, `resume`, `give-up` and `remove`. */
export function registerPlace(program: Command): void {
  const place = program.command('place').description('machines besides this one that runs train on')
  defineDefaultCommand(
    place,
    'list',
    'all places and how they do',
    (command) => command,
    async (context) => {
      const places = await withEngine(context, (client) => client.call('places.list', {}))
      context.output.value(places)
      if (context.output.json) return
      context.output.text(places.length > 0 ? placeTable(places) : 'Runs train on this machine alone. Add another with: skiplab place add')
    },
  )
  defineCommand<PlaceOptions>(
    place,
    'add <name>',
    'add a machine by SSH, or a Slurm cluster',
    placeOptions,
    async (context, options, [name]) => {
      const settings = settingsFrom(name!, options)
      report(context, await withEngine(context, (client) => client.call('places.add', settings)))
    },
  )
  defineCommand(
    place,
    'check <name>',
    'look at a place now: what it has, and what is missing',
    (command) => command,
    async (context, _options, [name]) =>
      report(context, await withEngine(context, (client) => client.call('places.check', { name: name! }))),
  )
  defineCommand<PlaceOptions>(
    place,
    'change <name>',
    'change how a place is reached and used; what is left out stays',
    placeOptions,
    async (context, options, [name]) => {
      const status = await withEngine(context, async (client) => {
        const before = (await client.call('places.list', {})).find(({ settings }) => settings.name === name)
        const change = changeFrom(options, before?.settings.slurm ?? null)
        return client.call('places.configure', { name: name!, change })
      })
      report(context, status)
    },
  )
  registerGiveUp(place)
  registerPausing(place)
  defineCommand(
    place,
    'remove <name>',
    'forget a place; files there stay',
    (command) => command,
    async (context, _options, [name]) => {
      await withEngine(context, (client) => client.call('places.remove', { name: name! }))
      context.output.value({ removed: name })
      if (!context.output.json) context.output.text(`${printable(name!)} is forgotten. Its files stay until you delete its folder there.`)
    },
  )
}

function registerPausing(place: Command): void {
  for (const [verb, paused] of [
    ['pause', true],
    ['resume', false],
  ] as const) {
    const description = paused ? 'start no new runs there; those that train go on' : 'start runs there again'
    defineCommand(
      place,
      `${verb} <name>`,
      description,
      (command) => command,
      async (context, _options, [name]) => {
        const status = await withEngine(context, (client) => client.call('places.configure', { name: name!, change: { paused } }))
        context.output.value(status)
        if (!context.output.json) context.output.text(`${printable(status.settings.name)} is ${paused ? 'paused' : 'in use again'}.`)
      },
    )
  }
}

function registerGiveUp(place: Command): void {
  const description = 'take runs away from a place that is out of reach; they go on elsewhere from their last fetched checkpoints'
  const choose = (command: Command) =>
    command
      .argument('[runs...]', 'numbers of runs; all that are there, if left out')
      .option('--to <name>', 'place where they go on, here for this machine')
  defineCommand<GiveUpOptions>(place, 'give-up <name>', description, choose, async (context, { to }, [name, ...runs]) => {
    const named = runs.map(integer('the number of a run', 1, Number.MAX_SAFE_INTEGER))
    const given = await withEngine(context, (client) =>
      client.call('places.giveUp', { name: name!, ...(named.length > 0 && { runIds: named }), to: to ?? null }),
    )
    context.output.value(given)
    if (context.output.json) return
    const { runIds } = given
    context.output.text(
      `${runIds.length === 1 ? 'Run' : 'Runs'} ${runIds.join(', ')} given up at ${printable(name!)}. ` +
        'What still runs there is ended as soon as it can be reached, and counts no more.',
    )
  })
}

/** Prints one place; a place that cannot be used ends the command with a failure. */
function report(context: Context, status: PlaceStatus): void {
  context.output.value(status)
  if (!context.output.json) context.output.text(placeText(status))
  if (status.trouble) throw new CommandEnd(exitCodes.unavailable)
}

function placeText({ settings, state, trouble, report: found, slots }: PlaceStatus): string {
  const lines = [`${printable(settings.name)}: ${placeStateWords(state)}${trouble ? `. ${printable(trouble.words)}` : ''}`]
  if (found) {
    const gpus = found.gpus.length > 0 ? found.gpus.join(', ') : 'no GPU'
    lines.push(
      `${printable(found.cpu)}, ${found.cores} cores, ${gpus}, ${formatBytes(found.memoryBytes)} of memory, ` +
        `${formatBytes(found.freeDiskBytes)} free on disk`,
      `${printable(found.system)}; ${found.instructionSets.join(' ') || 'no instruction sets that matter'}`,
      ...(found.partitions ?? []).map(({ name, words }) => `partition ${printable(name)}: ${printable(words)}`),
      ...found.advice.map(printable),
      `${slots} ${slots === 1 ? 'run' : 'runs'} side by side.`,
    )
  }
  return lines.join('\n')
}

function placeTable(places: readonly PlaceStatus[]): string {
  const columns = [
    { title: 'place' },
    { title: 'reached by' },
    { title: 'state' },
    { title: 'runs' },
    { title: 'sent', align: 'right' as const },
    { title: 'fetched', align: 'right' as const },
    { title: 'looked at' },
  ]
  const rows = places.map(({ settings, state, runIds, slots, sentBytes, fetchedBytes, checkedAt }) => [
    settings.name,
    placeRoute(settings),
    placeStateWords(state),
    `${runIds.length} of ${slots}${runIds.length > 0 ? `: ${runIds.join(', ')}` : ''}`,
    formatBytes(sentBytes),
    formatBytes(fetchedBytes),
    checkedAt === null ? 'never' : formatTime(checkedAt),
  ])
  const troubles = places.flatMap((place) => {
    const { settings, trouble, overdue } = place
    if (overdue) return [`${printable(overdueWords(place))} npx skiplab place give-up ${settings.name}`]
    return trouble ? [`${settings.name}: ${printable(trouble.words)}`] : []
  })
  return [table(columns, rows), ...troubles].join('\n')
}
