import { describe, expect, it } from 'vitest'
import { chanceDoneBy, finishOf, scheduleRuns, type TimelineInput } from '../../../../src/common/sweep/timeline.ts'

const minute = 60_000
const now = new Date(2026, 10, 23, 19, 0).getTime()
const at = (day: number, hour: number, minutes = 0) => new Date(2026, 10, day, hour, minutes).getTime()
const lasting = (minutes: number, jobs = 1) => ({ ms: minutes * minute, distance: 0, jobs })
const waiting = (runId: number, minutes: number, at: Record<string, number> = { here: minutes }) => ({
  runId,
  estimates: new Map(Object.entries(at).map(([place, each]) => [place, lasting(each)])),
  slot: null,
})
const running = (runId: number, minutes: number, slot: number) => ({ ...waiting(runId, minutes), slot })
const input = (changes: Partial<TimelineInput>): TimelineInput => ({
  work: [],
  slots: ['here', 'here'],
  full: false,
  now,
  hours: null,
  spread: 0.1,
  ...changes,
})
const spans = (timeline: TimelineInput) =>
  scheduleRuns(timeline).map(({ runId, slot, startAt, endAt }) => [runId, slot, (startAt - now) / minute, (endAt - now) / minute])

describe('the course of the queue', () => {
  it('the course of the queue gives each slot the next run as it becomes free', () => {
    expect(spans(input({ work: [waiting(1, 5), waiting(2, 3), waiting(3, 3), waiting(4, 1)] }))).toEqual([
      [1, 0, 0, 5],
      [2, 1, 0, 3],
      [3, 1, 3, 6],
      [4, 0, 5, 6],
    ])
  })

  it('the course of the queue goes on behind what runs already', () => {
    expect(spans(input({ work: [running(1, 10, 0), running(2, 2, 1), waiting(3, 4)] })).at(-1)).toEqual([3, 1, 2, 6])
  })

  it('the course of the queue opens further slots when a run ends that holds the whole machine', () => {
    expect(spans(input({ work: [running(1, 10, 0), waiting(2, 4), waiting(3, 4)], full: true }))).toEqual([
      [1, 0, 0, 10],
      [2, 0, 10, 14],
      [3, 1, 10, 14],
    ])
  })

  it('the course of the queue rests outside the training hours', () => {
    const hours = { from: 20 * 60, to: 7 * 60, end: 'checkpoint' as const }
    const [first, second] = scheduleRuns(input({ work: [waiting(1, 10 * 60), waiting(2, 2 * 60)], slots: ['here'], hours }))
    expect([first!.startAt, first!.endAt]).toEqual([at(23, 20), at(24, 6)])
    expect([second!.startAt, second!.endAt]).toEqual([at(24, 6), at(24, 21)])
  })

  it('the course of the queue starts nothing at the very minute in which the hours end', () => {
    const hours = { from: 20 * 60, to: 7 * 60, end: 'checkpoint' as const }
    const [first, second] = scheduleRuns(input({ work: [waiting(1, 11 * 60), waiting(2, 1)], slots: ['here'], hours }))
    expect(first!.endAt).toBe(at(24, 7))
    expect(second!.startAt).toBe(at(24, 20))
  })
})

describe('the course of the queue over places', () => {
  it('a run goes where a slot is free first, and takes the time that it takes there', () => {
    const work = [waiting(1, 10, { here: 10, lab2: 4 }), waiting(2, 10, { here: 10, lab2: 4 }), waiting(3, 10, { here: 10, lab2: 4 })]
    expect(spans(input({ work, slots: ['here', 'lab2'] }))).toEqual([
      [1, 0, 0, 10],
      [2, 1, 0, 4],
      [3, 1, 4, 8],
    ])
  })

  it('a run that is bound to a place waits for a slot there, and those behind it do not wait with it', () => {
    const work = [waiting(1, 5, { lab2: 5 }), waiting(2, 5, { lab2: 5 }), waiting(3, 3)]
    expect(spans(input({ work, slots: ['here', 'lab2'] }))).toEqual([
      [1, 1, 0, 5],
      [2, 1, 5, 10],
      [3, 0, 0, 3],
    ])
  })

  it('a run that may train in none of the slots is left out', () => {
    expect(spans(input({ work: [waiting(1, 5, { gone: 5 }), waiting(2, 3)] }))).toEqual([[2, 0, 0, 3]])
  })

  it('a place trains while this machine rests outside its training hours', () => {
    const hours = { from: 20 * 60, to: 7 * 60, end: 'checkpoint' as const }
    const work = [waiting(1, 60, { here: 60, lab2: 60 }), waiting(2, 60, { here: 60, lab2: 60 })]
    const [first, second] = scheduleRuns(input({ work, slots: ['here', 'lab2'], hours }))
    expect([first!.slot, first!.startAt]).toEqual([1, now])
    expect([second!.slot, second!.startAt]).toEqual([0, at(23, 20)])
  })

  it('a full machine leaves the slots of places open', () => {
    const work = [running(1, 10, 0), waiting(2, 4, { here: 4, lab2: 4 })]
    expect(spans(input({ work, slots: ['here', 'here', 'lab2'], full: true })).at(-1)).toEqual([2, 2, 0, 4])
  })

  it('a run tells in how many jobs it trains at a place', () => {
    const estimates = new Map([['cluster', lasting(1000, 3)]])
    expect(scheduleRuns(input({ work: [{ runId: 1, estimates, slot: null }], slots: ['cluster'] }))).toMatchObject([{ jobs: 3 }])
  })
})

describe('the end of the queue', () => {
  it('the end of the queue is unknown without work, and lies within its interval', () => {
    expect(finishOf(input({}))).toBeNull()
    const finish = finishOf(input({ work: [waiting(1, 100)] }))!
    expect(finish.finishAt).toBe(now + 100 * minute)
    expect(finish.earliestAt).toBeLessThan(finish.finishAt)
    expect(finish.latestAt).toBeGreaterThan(finish.finishAt)
  })

  it('the end of the queue is as likely before its forecast as after it', () => {
    const timeline = input({ work: [waiting(1, 100), waiting(2, 100), waiting(3, 100)] })
    expect(chanceDoneBy(timeline, now + 200 * minute)).toBeCloseTo(0.5, 2)
    expect(chanceDoneBy(timeline, finishOf(timeline)!.latestAt)).toBeCloseTo(0.9, 2)
    expect(chanceDoneBy(timeline, now)).toBe(0)
    expect(chanceDoneBy(timeline, now + 2000 * minute)).toBe(1)
    expect(chanceDoneBy(input({}), now)).toBe(1)
  })
})
