import { app, type BrowserWindow, dialog } from 'electron'
import { engineStatusSchema, type EngineStatus } from '../../common/rpc/records.ts'
import type { EngineLink } from '../engine/link.ts'
import type { ShellStateFile } from './shell-state.ts'

const stopTimeoutMs = 20_000

/** How long a window waits for the engine to say what runs, before it goes by the last word it had. */
const statusTimeoutMs = 2_000

/** Closing while runs train asks once: the engine may go on without a window, or save checkpoints and stop. */
export function askBeforeClosing(window: BrowserWindow, parts: { link: () => EngineLink; status: () => EngineStatus | null; state: ShellStateFile }): void {
  let decided = false
  let asking = false
  let quitting = false
  const noteQuit = (): void => void (quitting = true)
  app.on('before-quit', noteQuit)
  window.on('closed', () => app.off('before-quit', noteQuit))
  window.on('close', (event) => {
    const last = parts.status()
    if (decided || !last) return
    event.preventDefault()
    if (asking) return
    asking = true
    void mayClose(window, last, parts).then((close) => {
      asking = false
      decided = close
      if (!close) quitting = false
      else if (quitting) app.quit()
      else if (!window.isDestroyed()) window.close()
    })
  })
}

/** Asks the engine, since a run may have started in this very moment, and then the person if anything runs. */
async function mayClose(window: BrowserWindow, last: EngineStatus, parts: { link: () => EngineLink; state: ShellStateFile }): Promise<boolean> {
  const status = (await freshStatus(parts.link())) ?? last
  const idle = status.running.length + status.waiting === 0 || (status.paused && status.running.length === 0)
  if (idle || parts.state.current.closing === 'background') return true
  return decide(window, status, parts)
}

async function freshStatus(link: EngineLink): Promise<EngineStatus | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), statusTimeoutMs))
  const asked = link.call('engine.status', {}).then((reply) => {
    const status = reply.ok ? engineStatusSchema.safeParse(reply.output) : null
    return status?.success ? status.data : null
  })
  return Promise.race([asked, late])
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
