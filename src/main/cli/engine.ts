import type { Command } from 'commander'
import type { EngineStatus } from '../../common/records/records.ts'
import { slotWords } from '../../common/records/slot-words.ts'
import { minuteText } from '../../common/sweep/hours.ts'
import { OtherProtocol } from '../client/client.ts'
import { endOtherEngine } from '../client/end-other-engine.ts'
import { stopEngine } from '../client/stop-engine.ts'
import { defineCommand, defineDefaultCommand } from './command.ts'
import { withRunningEngine } from './connect.ts'
import { formatBytes, formatDuration, formatFinish, formatTime } from './format.ts'
import { noteOlderBuild } from './older-build.ts'

export function registerEngine(program: Command): void {
  const engine = program.command('engine').description('the background program that owns the workspace')
  defineDefaultCommand(
    engine,
    'status',
    'whether an engine runs, and what it does',
    (command) => command,
    async (context) => {
      const status = await withRunningEngine(context, (client) => client.call('engine.status', {}))
      context.output.value(
        status ? { running: true, workspace: context.workspace, status } : { running: false, workspace: context.workspace, status: null },
      )
      if (!context.output.json)
        context.output.text(status ? statusText(status) : `No engine runs for ${context.workspace}; one starts when it is needed.`)
      if (status) noteOlderBuild(context, status)
    },
  )
  const stopping = (command: Command) => command.option('--now', 'do not save first; runs go on from their last checkpoint')
  defineCommand<{ readonly now?: boolean }>(
    engine,
    'stop',
    'save running runs and end the engine; they go on when it starts again',
    stopping,
    async (context, options) => {
      const stopped = await withRunningEngine(context, async (client) => {
        await stopEngine(client, context.workspace, options.now ? 'now' : 'checkpoint')
        return true
      }).catch(async (error: unknown) => {
        if (!(error instanceof OtherProtocol)) throw error
        await endOtherEngine(error.pid, context.workspace)
        return true
      })
      context.output.value({ stopped: stopped === true })
      if (!context.output.json) context.output.text(stopped ? 'The engine has ended.' : `No engine runs for ${context.workspace}.`)
    },
  )
}

function statusText(status: EngineStatus): string {
  const busy = status.slots.filter((slot) => slotWords(slot) !== 'free').length
  return [
    `Engine ${status.version}, process ${status.pid}, up for ${formatDuration(Date.now() - status.startedAt)}, workspace ` +
      status.workspace,
    ...status.slots.map(
      (slot) =>
        `${slot.device.name}, ${slot.device.threads} ${slot.device.threads === 1 ? 'thread' : 'threads'}, ` +
        `${slot.device.precision}: ${slotWords(slot)}`,
    ),
    [
      `${busy} running`,
      `${status.waiting} waiting`,
      ...(status.evaluationsWaiting > 0 ? [`${status.evaluationsWaiting} evaluations waiting`] : []),
      ...(status.analysesWaiting > 0 ? [`${status.analysesWaiting} analyses waiting`] : []),
      ...(status.held > 0 ? [`${status.held} held (see skiplab runs --state held)`] : []),
      ...(status.paused ? ['queue paused'] : []),
      ...(status.stopping ? ['stopping'] : []),
    ].join(', '),
    ...(status.diskFull ? ['The workspace’s disk is full: no run starts until there is room; then all goes on by itself.'] : []),
    ...(status.overBudget === null
      ? []
      : [
          `The workspace takes ${formatBytes(status.overBudget.usedBytes)}, more than its budget of ` +
            `${formatBytes(status.overBudget.budgetBytes)}; see skiplab disk.`,
        ]),
    ...(status.forecast === null ? [] : [`all done ${formatFinish(status.forecast)}`]),
    ...(status.hours === null
      ? []
      : [
          `runs train between ${minuteText(status.hours.from)} and ${minuteText(status.hours.to)} ` +
            `only${status.closedUntil === null ? '' : `; the next begin at ${formatTime(status.closedUntil)}`}`,
        ]),
    ...(status.ending === null
      ? []
      : [`all is done: ${status.ending.action} at ${formatTime(status.ending.at)}; call it off with: npx skiplab queue when-done nothing`]),
  ].join('\n')
}
