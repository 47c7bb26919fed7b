import type { Command } from 'commander'
import { type PlaceSettings, placeSettingsSchema, type PlaceStatus } from '../../common/places/place.ts'
import { slurmMinutes } from '../../common/places/slurm-time.ts'
import { placeStateWords } from '../../common/places/place-words.ts'
import { precisionChoiceSchema } from '../../common/device.ts'
import { SkiplabError } from '../../common/failure.ts'
import { defineCommand, defineDefaultCommand, type Context } from './command.ts'
import { withEngine } from './connect.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { formatBytes, formatTime, printable } from './format.ts'
import { table } from './table.ts'
import { integer, number, oneOf } from './values.ts'

interface PlaceOptions {
  readonly ssh?: string
  readonly sshConfig?: string
  readonly slurm?: boolean
  readonly partition?: string
  readonly gres?: string
  readonly account?: string
  readonly qos?: string
  readonly cpus?: number
  readonly time?: number
  readonly maxJobs?: number
  readonly sbatch?: string[]
  readonly folder?: string
  readonly slots?: number
  readonly threads?: number
  readonly cpu?: boolean
  readonly precision?: PlaceSettings['precision']
  readonly fetchMinutes?: number
}

/** Registers `place add`, `list`, `check`, `pause`, `resume` and `remove`. */
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

function placeOptions(command: Command): Command {
  return command
    .option('--ssh <destination>', 'as ssh takes it: lab2, me@lab2; keys, ports and jumps stand in ~/.ssh/config')
    .option('--ssh-config <file>', 'another configuration of ssh')
    .option('--slurm', 'start runs by Slurm, here or behind --ssh')
    .option('--partition <name>', 'Slurm: partition')
    .option('--gres <resources>', 'Slurm: such as gpu:1; without it runs train on CPUs')
    .option('--account <name>', 'Slurm: account')
    .option('--qos <name>', 'Slurm: quality of service')
    .option('--cpus <count>', 'Slurm: CPUs of a job', integer('a number of CPUs', 1, 1024))
    .option('--time <limit>', 'Slurm: time limit of a job, as 08:00:00, 1-12:00:00 or minutes', minutesOf)
    .option('--max-jobs <count>', 'Slurm: most jobs in its queue', integer('a number of jobs', 1, 10_000))
    .option('--sbatch <option>', 'Slurm: a further option of sbatch; repeat for several', collect)
    .option('--folder <path>', 'folder there for programs, data and jobs (default: ~/.cache/skiplab-place)')
    .option('--slots <count>', 'runs side by side', integer('a number of runs', 1, 1024))
    .option('--threads <count>', 'threads of a run on the CPU', integer('a number of threads', 1, 1024))
    .option('--cpu', 'leave its GPUs alone')
    .option('--precision <precision>', 'of runs whose recipe leaves it open', oneOf('precision', precisionChoiceSchema.options))
    .option('--fetch-minutes <minutes>', 'fetch checkpoints at least so often', number('minutes', 0, 1440))
}

function settingsFrom(name: string, options: PlaceOptions): PlaceSettings {
  const slurmOnly = ['partition', 'gres', 'account', 'qos', 'cpus', 'time', 'maxJobs', 'sbatch'] as const
  const stray = slurmOnly.find((key) => options[key] !== undefined)
  if (!options.slurm && stray !== undefined)
    throw new SkiplabError('bad-input', `--${stray === 'maxJobs' ? 'max-jobs' : stray} needs --slurm.`)
  const { partition, gres, account, qos, cpus, time, maxJobs, sbatch } = options
  const slurm = options.slurm ? { partition, gres, account, qos, cpusPerTask: cpus, timeMinutes: time, maxJobs, extra: sbatch } : null
  const { ssh, sshConfig, folder, slots, threads, precision, fetchMinutes } = options
  const parsed = placeSettingsSchema.safeParse({
    ...{ name, ssh, sshConfig, slurm, folder, slots, threads, precision, fetchMinutes },
    ...(options.cpu && { device: 'cpu' }),
  })
  if (parsed.success) return parsed.data
  throw new SkiplabError('bad-input', `${parsed.error.issues[0]?.path.join('.') ?? ''}: ${parsed.error.issues[0]?.message ?? ''}.`)
}

/** Reads a time as Slurm takes it. @returns minutes */
function minutesOf(text: string): number {
  const minutes = slurmMinutes(text)
  if (minutes !== null && Number.isFinite(minutes)) return minutes
  throw new SkiplabError('bad-input', `Expected a time limit such as 08:00:00, 1-12:00:00 or 480 (minutes), got "${text}".`)
}

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value]
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
    [settings.slurm ? 'Slurm' : null, settings.ssh].filter((part) => part !== null).join(' behind '),
    placeStateWords(state),
    `${runIds.length} of ${slots}${runIds.length > 0 ? `: ${runIds.join(', ')}` : ''}`,
    formatBytes(sentBytes),
    formatBytes(fetchedBytes),
    checkedAt === null ? 'never' : formatTime(checkedAt),
  ])
  const troubles = places.flatMap(({ settings, trouble }) => (trouble ? [`${settings.name}: ${printable(trouble.words)}`] : []))
  return [table(columns, rows), ...troubles].join('\n')
}
