import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  isOpen,
  minuteOf,
  minuteText,
  nextChange,
  opensAt,
  OpenTime,
  type TrainingHours,
  trainingHoursSchema,
} from '../../../../src/common/sweep/hours.ts'

const hour = 3_600_000
const night: TrainingHours = { from: 20 * 60, to: 7 * 60, end: 'checkpoint' }
const day: TrainingHours = { from: 9 * 60 + 30, to: 17 * 60, end: 'epoch' }
const at = (month: number, date: number, hours: number, minutes = 0, seconds = 0) =>
  new Date(2026, month - 1, date, hours, minutes, seconds).getTime()

afterEach(() => vi.unstubAllEnvs())

describe('training hours', () => {
  it('training hours within a day are open from their first minute to the one before their last', () => {
    expect([at(5, 4, 9, 29, 59), at(5, 4, 9, 30), at(5, 4, 16, 59, 59), at(5, 4, 17)].map((moment) => isOpen(day, moment))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it('over midnight are open on both sides of it', () => {
    expect([at(5, 4, 19, 59), at(5, 4, 20), at(5, 5, 0), at(5, 5, 6, 59), at(5, 5, 7)].map((moment) => isOpen(night, moment))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
  })

  it('training hours change next at their end, or at their beginning', () => {
    expect(nextChange(night, at(5, 4, 23, 12, 7))).toBe(at(5, 5, 7))
    expect(nextChange(night, at(5, 5, 7))).toBe(at(5, 5, 20))
    expect(nextChange(day, at(5, 4, 17, 30))).toBe(at(5, 5, 9, 30))
    expect(opensAt(night, at(5, 4, 23))).toBe(at(5, 4, 23))
    expect(opensAt(night, at(5, 4, 12))).toBe(at(5, 4, 20))
    expect(opensAt(null, at(5, 4, 12))).toBe(at(5, 4, 12))
  })

  it('training hours are as long as the clock says in the nights in which it is changed', () => {
    vi.stubEnv('TZ', 'Europe/Berlin')
    expect(nextChange(night, at(3, 28, 20)) - at(3, 28, 20)).toBe(10 * hour)
    expect(nextChange(night, at(10, 24, 20)) - at(10, 24, 20)).toBe(12 * hour)
    expect(nextChange(night, at(3, 28, 20))).toBe(at(3, 29, 7))
  })

  it('training hours that begin in the hour that is skipped begin after it', () => {
    vi.stubEnv('TZ', 'Europe/Berlin')
    const early: TrainingHours = { from: 2 * 60 + 30, to: 7 * 60, end: 'checkpoint' }
    expect(nextChange(early, at(3, 29, 1))).toBe(at(3, 29, 3))
    vi.stubEnv('TZ', 'Australia/Lord_Howe')
    expect(nextChange({ ...early, from: 2 * 60 + 15 }, at(10, 4, 1))).toBe(at(10, 4, 2, 30))
  })

  it('training hours of no length are refused, with what to do', () => {
    expect(trainingHoursSchema.safeParse({ from: 60, to: 60, end: 'epoch' }).error?.issues[0]?.message).toContain('leave the hours out')
  })
})

describe('open time', () => {
  it('open time passes only while the hours are open', () => {
    const clock = new OpenTime(night, at(5, 4, 12))
    expect(clock.startOf(0)).toBe(at(5, 4, 20))
    expect(clock.endOf(11 * hour)).toBe(at(5, 5, 7))
    expect(clock.startOf(11 * hour)).toBe(at(5, 5, 20))
    expect(clock.endOf(25 * hour)).toBe(at(5, 6, 23))
    expect(clock.endOf(2 * hour)).toBe(at(5, 4, 22))
  })

  it('open time begins at once within the hours, and is the clock itself without any', () => {
    expect(new OpenTime(night, at(5, 4, 23)).endOf(9 * hour)).toBe(at(5, 5, 21))
    expect(new OpenTime(null, at(5, 4, 12)).endOf(9 * hour)).toBe(at(5, 4, 21))
  })

  it('open time loses the hour that the clock skips', () => {
    vi.stubEnv('TZ', 'Europe/Berlin')
    expect(new OpenTime(night, at(3, 28, 20)).endOf(11 * hour)).toBe(at(3, 29, 21))
  })
})

it('times of day are read and written as people do', () => {
  expect([minuteOf('20:30'), minuteOf('7:05'), minuteOf('24:00'), minuteOf('7'), minuteOf('12:60')]).toEqual([1230, 425, null, null, null])
  expect([minuteText(1230), minuteText(5)]).toEqual(['20:30', '00:05'])
})
