import { app, type BrowserWindow, dialog } from 'electron'
import type { EngineStatus } from '../../common/records/records.ts'
import type { EngineLink } from '../client/link.ts'
import { ask } from './ask.ts'
import { type ClosingQuestion, closingQuestion } from './closing-words.ts'
import type { ShellStateFile } from './shell-state.ts'

const stopTimeoutMs = 20_000

/** How long a window waits for the engine to say what runs, before it takes the last status that it knows. */
const statusTimeoutMs = 2_000

export interface ClosingParts {
  readonly link: () => EngineLink
  readonly status: () => EngineStatus | null
  readonly state: ShellStateFile
  /** Hides the window, so that only the tray icon is left, because runs train. */
  readonly toBackground: () => void
}

/** Asks once when the window is closed while runs train: the engine may go on without a window, or save checkpoints and stop. */
export function askBeforeClosing(window: BrowserWindow, parts: ClosingParts): void {
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
    void decide(window, last, parts, () => quitting).then((decision) => {
      asking = false
      decided = decision !== 'stay'
      if (!decided) quitting = false
      else if (quitting) app.quit()
      else {
        if (decision === 'background') parts.toBackground()
        if (!window.isDestroyed()) window.close()
      }
    })
  })
}

type Decision = 'close' | 'background' | 'stay'

/** Asks the engine, since a run may have started in this very moment, and then the person if anything runs. */
async function decide(window: BrowserWindow, last: EngineStatus, parts: ClosingParts, quitting: () => boolean): Promise<Decision> {
  const status = (await freshStatus(parts.link())) ?? last
  const idle = status.running.length + status.waiting === 0 || (status.paused && status.running.length === 0)
  if (idle) return 'close'
  const choice =
    parts.state.current.closing === 'ask'
      ? await askPerson(window, closingQuestion(status, quitting()), parts.state)
      : parts.state.current.closing
  if (choice === 'stop') await stopEngine(parts.link())
  return choice === 'stop' ? 'close' : choice
}

async function freshStatus(link: EngineLink): Promise<EngineStatus | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), statusTimeoutMs))
  return Promise.race([ask(link, 'engine.status', {}), late])
}

async function askPerson(
  window: BrowserWindow,
  { message, detail, buttons }: ClosingQuestion,
  state: ShellStateFile,
): Promise<'stay' | 'stop' | 'background'> {
  const { response, checkboxChecked } = await dialog.showMessageBox(window, {
    type: 'question',
    message,
    detail,
    buttons: [...buttons],
    defaultId: 0,
    cancelId: 2,
    checkboxLabel: 'Do the same next time without asking',
  })
  if (response === 2) return 'stay'
  const choice = response === 1 ? 'stop' : 'background'
  if (checkboxChecked) state.update({ closing: choice })
  return choice
}

/** Returns when the engine has ended, or after a time in which every checkpoint should have been written. */
export async function stopEngine(link: EngineLink): Promise<void> {
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
