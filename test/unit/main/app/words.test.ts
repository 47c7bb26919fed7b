import { describe, expect, it } from 'vitest'
import type { EngineStatus, RunProgress } from '../../../../src/common/records/records.ts'
import { closingQuestion } from '../../../../src/main/app/closing-words.ts'
import { trayWords } from '../../../../src/main/app/tray-words.ts'

const progress: RunProgress = {
  runId: 1,
  epoch: 1,
  step: 1,
  totalSteps: 2,
  loss: null,
  trainError: null,
  learningRate: 0.1,
  imagesPerSecond: null,
  phase: 'training',
  remainingMs: null,
  memoryBytes: null,
}
const status = (running: number, waiting: number, finishAt: number | null = null): EngineStatus => ({
  workspace: '/lab',
  pid: 1,
  version: '1',
  startedAt: 0,
  paused: false,
  stopping: false,
  slots: [],
  running: Array.from({ length: running }, () => progress),
  evaluating: [],
  evaluationsWaiting: 0,
  analysing: [],
  analysesWaiting: 0,
  waiting,
  held: 0,
  forecast: finishAt === null ? null : { finishAt, earliestAt: finishAt, latestAt: finishAt },
  hours: null,
  closedUntil: null,
  diskFull: false,
  overBudget: null,
  leftover: false,
  whenDone: 'nothing',
  ending: null,
  measuring: false,
})

describe('the question before closing', () => {
  it.each([
    [2, 14, '2 runs are training, 14 waiting. Go on without the window?'],
    [1, 0, '1 run is training. Go on without the window?'],
    [0, 3, '3 runs are waiting. Go on without the window?'],
  ])('the question before closing of %i that train and %i that wait', (running, waiting, message) => {
    expect(closingQuestion(status(running, waiting), false).message).toBe(message)
  })

  it('the question before closing promises a tray icon only where one stays', () => {
    expect(closingQuestion(status(1, 0), false).detail).toContain('tray icon')
    expect(closingQuestion(status(1, 0), true)).toMatchObject({
      message: '1 run is training. Go on without the app?',
      buttons: ['Quit, training goes on', 'Save and stop', 'Cancel'],
    })
    expect(closingQuestion(status(1, 0), true).detail).not.toContain('tray')
  })
})

it('the tray names the day when all will be done on another', () => {
  const inThreeDays = new Date(Date.now() + 3 * 86_400_000)
  expect(trayWords(status(1, 0, inThreeDays.getTime()))).toContain(`${inThreeDays.getDate()}`)
  expect(trayWords(status(1, 0, Date.now() + 3_600_000))).toMatch(/^1 training, done about \d\d:\d\d$/)
})
