import type { EngineStatus } from '../../common/records/records.ts'

export interface ClosingQuestion {
  readonly message: string
  readonly detail: string
  /** Labels of the buttons: keep running, stop, cancel. */
  readonly buttons: readonly [string, string, string]
}

/**
 * Makes the question to a person who closes the window, or quits the app, while anything trains or waits.
 * @param quitting the app goes and its tray icon with it; the engine is a process of its own
 */
export function closingQuestion({ running, waiting }: Pick<EngineStatus, 'running' | 'waiting'>, quitting: boolean): ClosingQuestion {
  const count = running.length
  const training = count
    ? `${count === 1 ? '1 run is' : `${count} runs are`} training${waiting ? `, ${waiting} waiting` : ''}`
    : waiting === 1
      ? '1 run is waiting'
      : `${waiting} runs are waiting`
  const on = quitting
    ? 'Training can go on without the app, in a process of its own: no icon shows it, and Skiplab finds it when it is opened again.'
    : 'Training can go on in the background: the tray icon shows how far it is and opens the window again.'
  const stop = count
    ? 'Or each run saves a checkpoint now and goes on from there next time.'
    : 'Or nothing starts until Skiplab is opened again.'
  return {
    message: `${training}. Go on without the ${quitting ? 'app' : 'window'}?`,
    detail: `${on} ${stop}`,
    buttons: [quitting ? 'Quit, training goes on' : 'Go on in background', count ? 'Save and stop' : 'Stop', 'Cancel'],
  }
}
