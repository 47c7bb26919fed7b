import { describe, expect, it } from 'vitest'
import type { RunEvent, RunState } from '../../../../src/common/records/records.ts'
import { mayBeNews, newsOf, newsOfLostRuns } from '../../../../src/common/report/news.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const run = (state: RunState, seed: number, test = 0.1) => ({
  ...sampleRun({ family: 'plain', n: 3, seed, train: 0.1, test, state }).summary,
  sweepName: 'night',
})
const event = (kind: string, runId: number | null = 1): RunEvent => ({
  id: 1,
  runId,
  at: 0,
  level: 'info',
  kind,
  message: 'the disk is full',
})

describe('news for a person elsewhere', () => {
  it('a run that ends while others of its sweep are ahead is no news', () => {
    const [done, next] = [run('finished', 1), run('waiting', 2)]
    expect(newsOf(event('finished'), done, [done, next], 1)).toEqual([])
  })

  it('the last run of a sweep tells what came of all, and that the queue is empty when it is', () => {
    const [one, two, other] = [run('finished', 1, 0.06), run('finished', 2, 0.08), run('diverged', 3)]
    const body = '2 finished, 1 diverged. Lowest test error: plain-20, 7.00 ± 1.41 %.'
    expect(newsOf(event('finished'), two, [one, two, other], 4)).toEqual([{ title: 'Sweep “night” is done', body, runId: null }])
    expect(newsOf(event('finished'), two, [one, two, other], 0)).toEqual([
      { title: 'All runs are done', body: `night: ${body}`, runId: null },
    ])
  })

  it('a run that diverged, failed or is held is told with its cause, and leads to it', () => {
    const next = run('waiting', 2)
    const held = { ...run('held', 1), reason: 'The worker ended by signal SIGSEGV.' }
    expect(newsOf(event('held'), held, [held, next], 1)).toEqual([
      { title: `Run ${held.id}, plain-20, seed 1, failed again and is held`, body: 'The worker ended by signal SIGSEGV.', runId: held.id },
    ])
    const diverged = run('diverged', 1)
    expect(newsOf(event('diverged'), diverged, [diverged, next], 1)[0]).toMatchObject({
      title: `Run ${diverged.id}, plain-20, seed 1, diverged`,
      body: 'training error stayed at chance',
    })
  })

  it('a run that is tried again by itself needs nobody, unless there is no room on the disk', () => {
    const again = run('interrupted', 1)
    expect(newsOf(event('crashed'), again, [again], 1)).toEqual([])
    expect(newsOf(event('disk-full'), again, [again], 1)).toEqual([
      { title: `Run ${again.id}, plain-20, seed 1, waits for room on the disk`, body: 'the disk is full', runId: again.id },
    ])
  })

  it('what a person cancelled is no news to them, and neither are epochs and checkpoints', () => {
    const cancelled = run('cancelled', 1)
    expect(newsOf(event('cancelled'), cancelled, [cancelled], 0)).toEqual([])
    expect(['queued', 'checkpoint', 'cancelled', 'paused'].some((kind) => mayBeNews(event(kind)))).toBe(false)
    expect(mayBeNews(event('failed', null))).toBe(false)
    expect(mayBeNews(event('failed'))).toBe(true)
  })

  it('runs that are out of reach for long are news of their place, and lead to the queue', () => {
    const overdue = { ...event('place-overdue', null), message: 'lab2 is out of reach.' }
    expect(mayBeNews(overdue)).toBe(true)
    expect(newsOfLostRuns(overdue)).toEqual([{ title: 'Runs are out of reach', body: 'lab2 is out of reach.', runId: null, view: 'queue' }])
    expect(newsOfLostRuns(event('queued', null))).toEqual([])
  })
})
