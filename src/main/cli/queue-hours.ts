import type { Command } from 'commander'
import type { QueueForecast } from '../../common/records/records.ts'
import { SkiplabError } from '../../common/failure.ts'
import { minuteOf, minuteText, type TrainingHours } from '../../common/sweep/hours.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { formatFinish, formatTime, printable } from './format.ts'
import { table } from './table.ts'
import { oneOf } from './values.ts'

/** Registers `queue hours`, `queue leftover`, `queue forecast` and `queue when-done`. */
export function registerQueueHours(queue: Command): void {
  const ends = (command: Command) =>
    command.option('--finish-epoch', 'at the end of the hours runs finish their epoch, instead of saving and stopping at once')
  defineCommand<{ readonly finishEpoch?: boolean }>(
    queue,
    'hours <hours>',
    'train only between two times of day, such as 20:00-07:00, or "always"',
    ends,
    async (context, options, [text]) => {
      const hours = readHours(text ?? '', options.finishEpoch ? 'epoch' : 'checkpoint')
      await withEngine(context, (client) => client.call('queue.setHours', { hours }))
      context.output.value({ hours })
      if (!context.output.json)
        context.output.text(
          hours ? `Runs train between ${minuteText(hours.from)} and ${minuteText(hours.to)} only.` : 'Runs train at any hour.',
        )
    },
  )

  registerLeftover(queue)

  const actions = oneOf('action', ['nothing', 'quit', 'sleep'] as const)
  defineCommand(
    queue,
    'when-done <action>',
    'once all runs are done: nothing, quit (the engine ends) or sleep (the machine); a minute before, "when-done nothing" calls it off',
    (command) => command,
    async (context, _options, [text]) => {
      const action = actions(text ?? '')
      await withEngine(context, (client) => client.call('queue.setWhenDone', { action }))
      context.output.value({ whenDone: action })
      if (!context.output.json)
        context.output.text(
          action === 'nothing'
            ? 'Nothing happens when all runs are done.'
            : `When all runs are done, ${action === 'quit' ? 'the engine ends' : 'the machine goes to sleep'}, after a notice of a minute.`,
        )
    },
  )

  const by = (command: Command) =>
    command.option('--by <time>', 'also the chance that all is done by the next time the clock shows this, such as 08:00')
  defineCommand<{ readonly by?: string }>(
    queue,
    'forecast',
    'when each run starts and ends, and when all is done',
    by,
    async (context, options) => {
      const moment = options.by === undefined ? undefined : nextTime(options.by)
      const { forecast, names } = await withEngine(context, async (client) => {
        const made = await client.call('queue.forecast', moment === undefined ? {} : { by: moment })
        return { forecast: made, names: new Map((await client.call('queue.list', {})).map((run) => [run.id, run.name])) }
      })
      context.output.value(forecast)
      if (!context.output.json) context.output.text(forecastText(forecast, names, moment))
    },
  )
}

function registerLeftover(queue: Command): void {
  const switches = oneOf('switch', ['on', 'off'] as const)
  defineCommand(
    queue,
    'leftover <on|off>',
    'give hours that are left when the queue is done to the open comparison that takes the least of them',
    (command) => command,
    async (context, _options, [text]) => {
      const on = switches(text ?? '') === 'on'
      const { hours } = await withEngine(context, async (client) => {
        await client.call('queue.setLeftover', { on })
        return client.call('engine.status', {})
      })
      context.output.value({ leftover: on })
      if (context.output.json) return
      const words = on ? 'Hours that are left when the queue is done go to open comparisons.' : 'Hours that are left stay empty.'
      context.output.text(on && hours === null ? `${words} They begin and end with: skiplab queue hours 20:00-07:00` : words)
    },
  )
}

function readHours(text: string, end: TrainingHours['end']): TrainingHours | null {
  if (text === 'always') return null
  const [from, to, more] = text.split('-').map(minuteOf)
  if (more !== undefined || from === null || to === null || from === undefined || to === undefined || from === to) {
    throw new SkiplabError('bad-input', `Expected two different times of day such as 20:00-07:00, or always; got "${text}".`)
  }
  return { from, to, end }
}

function nextTime(text: string): number {
  const minute = minuteOf(text)
  if (minute === null) throw new SkiplabError('bad-input', `--by: expected a time of day such as 08:00; got "${text}".`)
  const moment = new Date()
  moment.setHours(Math.floor(minute / 60), minute % 60, 0, 0)
  if (moment.getTime() <= Date.now()) moment.setDate(moment.getDate() + 1)
  return moment.getTime()
}

function forecastText({ runs, slots, finish, chance }: QueueForecast, names: ReadonlyMap<number, string>, by: number | undefined): string {
  if (!finish) return 'No forecast: the queue is empty, or nothing has trained on this machine yet.'
  const rows = runs.map((run) => [
    String(run.runId),
    printable(names.get(run.runId) ?? ''),
    slots[run.slot]?.device.kind === 'cuda' ? `GPU ${run.slot + 1}` : `CPU ${run.slot + 1}`,
    formatTime(run.startAt),
    formatTime(run.endAt),
  ])
  const columns = [
    { title: 'run', align: 'right' as const },
    { title: 'name' },
    { title: 'on' },
    { title: 'starts about' },
    { title: 'ends about' },
  ]
  const inTime = by === undefined || chance === null ? '' : ` Done by ${formatTime(by)}: ${Math.round(chance * 100)} %.`
  return `${table(columns, rows)}\n\nAll done ${formatFinish(finish)} (four times in five).${inTime}`
}
