import { type BrowserWindow, dialog } from 'electron'
import type { EngineStatus } from '../../common/rpc/records.ts'
import type { EngineLink } from '../engine/link.ts'
import type { ShellStateFile } from './shell-state.ts'

const stopTimeoutMs = 20_000

/** Closing while runs train asks once: the engine may go on without a window, or save checkpoints and stop. */
export function askBeforeClosing(window: BrowserWindow, parts: { link: () => EngineLink; status: () => EngineStatus | null; state: ShellStateFile }): void {
  let decided = false
  window.on('close', (event) => {
    const status = parts.status()
    if (decided || !status || status.running.length + status.waiting === 0 || status.paused && status.running.length === 0) return
    if (parts.state.current.closing === 'background') return
    event.preventDefault()
    void decide(window, status, parts).then((close) => {
      decided = close
      if (close && !window.isDestroyed()) window.close()
    })
  })
}

async function decide(window: BrowserWindow, status: EngineStatus, parts: { link: () => EngineLink; state: ShellStateFile }): Promise<boolean> {
  let choice = parts.state.current.closing
  if (choice === 'ask') {
    const training = status.running.length === 1 ? '1 run is training' : `${status.running.length} runs are training`
    const { response, checkboxChecked } = await dialog.showMessageBox(window, {
      type: 'question',
      message: `${training}${status.waiting ? `, ${status.waiting} waiting` : ''}. Go on without the window?`,
      detail: 'Training can go on in the background; open Skiplab again to see it. Or each run saves a checkpoint now and goes on from there next time.',
      buttons: ['Go on in background', 'Save and stop', 'Cancel'],
      defaultId: 0,
      cancelId: 2,
      checkboxLabel: 'Do the same next time without asking',
    })
    if (response === 2) return false
    choice = response === 1 ? 'stop' : 'background'
    if (checkboxChecked) parts.state.update({ closing: choice })
  }
  if (choice === 'stop') await stopEngine(parts.link())
  return true
}

/** Returns when the engine has ended, or after a time in which every checkpoint should have been written. */
async function stopEngine(link: EngineLink): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = link.onConnection((connection) => {
      if (connection.state !== 'connected') finish()
    })
    const timer = setTimeout(() => finish(), stopTimeoutMs)
    const finish = (): void => {
      clearTimeout(timer)
      end()
      resolve()
    }
    void link.call('engine.stop', { mode: 'checkpoint' }).then((reply) => reply.ok || finish())
  })
}
