import { soon } from '../../common/clock-words.ts'
import type { EngineStatus } from '../../common/records/records.ts'

/** Describes the engine in one line for the tray. */
export function trayWords(status: EngineStatus | null): string {
  if (!status) return 'The engine has ended'
  const { running, waiting, stopping, paused, held, forecast } = status
  const parts = [
    ...(running.length ? [`${running.length} training`] : []),
    ...(waiting ? [`${waiting} waiting`] : []),
    ...(held ? [`${held} held`] : []),
  ]
  if (stopping) return running.length ? `Stops after this epoch: ${running.length} training` : 'Stopping'
  if (!parts.length) return 'All runs are done'
  const until = running.length && forecast ? `, done about ${soon(forecast.finishAt)}` : ''
  return `${parts.join(', ')}${paused ? ', queue paused' : ''}${until}`
}
