import { createLogUpdate } from 'log-update'
import type { DatasetProgress } from '../../common/records/records.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import type { Context } from './command.ts'
import { formatBytes, formatInteger, printable } from './format.ts'
import { isLive } from './progress-view.ts'

/** Shows progress: a redrawn line on a terminal, elsewhere a line at each tenth. */
export function showProgress(context: Context, client: EngineClient, name: string): { stop(): void; readonly seen: boolean } {
  const live = isLive(process.stderr) ? createLogUpdate(process.stderr) : null
  let last = ''
  let seen = false
  const end = client.on('dataset.progress', (progress) => {
    if (progress.dataset !== name) return
    seen = true
    context.output.value({ type: 'progress', ...progress })
    if (live) {
      live(progressLine(progress, progress.total === null ? null : Math.floor((100 * progress.done) / progress.total)))
      return
    }
    const tenth = progress.total === null || progress.total === 0 ? null : Math.floor((10 * progress.done) / progress.total) * 10
    const line = progressLine({ ...progress, done: progress.total === null ? 0 : progress.done }, tenth)
    const key = `${progress.step} ${tenth}`
    if (key !== last) context.output.note(line)
    last = key
  })
  return {
    get seen() {
      return seen
    },
    stop() {
      end()
      live?.clear()
    },
  }
}

function progressLine(progress: DatasetProgress, percent: number | null): string {
  const amount = (value: number) => (progress.unit === 'bytes' ? formatBytes(value) : `${formatInteger(value)} ${progress.unit}`)
  const share =
    percent === null || progress.total === null
      ? progress.done > 0
        ? amount(progress.done)
        : ''
      : `${percent} % of ${amount(progress.total)}`
  return `${progress.dataset}: ${printable(progress.step)}${share ? `, ${share}` : ''}`
}
