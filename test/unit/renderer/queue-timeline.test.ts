import { describe, expect, it } from 'vitest'
import type { QueueForecast } from '../../../src/common/records/records.ts'
import { chanceWords, nextTime } from '../../../src/renderer/src/features/queue/outlook.ts'
import { jobLines, layOut } from '../../../src/renderer/src/features/queue/timeline-layout.ts'

const hour = 3_600_000
const now = new Date(2026, 10, 23, 19, 10).getTime()
const at = (day: number, hours: number) => new Date(2026, 10, day, hours).getTime()
const device = { kind: 'cpu', name: 'CPU', threads: 1, precision: 'bf16' } as const
const run = (runId: number, slot: number, start: number, end: number) => ({
  runId,
  slot,
  startAt: start,
  endAt: end,
  earliestEndAt: end - hour / 2,
  latestEndAt: end + hour / 2,
})
const forecast = (changes: Partial<QueueForecast> = {}): QueueForecast => ({
  madeAt: now,
  slots: [{ device }, { device }],
  runs: [run(1, 0, now, now + 4 * hour), run(2, 1, now, now + 2 * hour), run(3, 1, now + 2 * hour, now + 6 * hour)],
  finish: null,
  chance: null,
  open: [],
  ...changes,
})

describe('the timeline', () => {
  it('the timeline has a lane for each slot with its runs one after the other', () => {
    const { lanes } = layOut(forecast(), now)
    expect(lanes.map((lane) => lane.bars.map((bar) => bar.runId))).toEqual([[1], [2, 3]])
    const [second, third] = lanes[1]!.bars
    expect(second!.left).toBe(0)
    expect(third!.left).toBeCloseTo(second!.left + second!.width)
    expect(third!.spread.left + third!.spread.width).toBeLessThanOrEqual(1)
  })

  it('the timeline names lanes by place, and counts them there', () => {
    const at2 = (place: string) => ({ device, place })
    const { lanes } = layOut(forecast({ slots: [{ device }, at2('lab2'), at2('cluster'), at2('cluster')], runs: [] }), now)
    expect(lanes.map(({ title }) => title)).toEqual(['CPU 1, 1 thread', 'lab2 1, CPU', 'cluster 1, CPU', 'cluster 2, CPU'])
  })

  it('the timeline says at which place runs take more than one job', () => {
    const slots = [{ device }, { device, place: 'cluster', jobLimitMs: 8 * hour }]
    const long = { ...run(1, 1, now, now + 20 * hour), jobs: 3 }
    expect(jobLines(forecast({ slots, runs: [long, run(2, 0, now, now + hour)] }))).toEqual([
      'At cluster 1 run needs up to 3 jobs of 8 h, one after the other, each from the checkpoint of the one before.',
    ])
    expect(jobLines(forecast({ slots, runs: [long, { ...long, runId: 2, jobs: 2 }] }))[0]).toMatch(/^At cluster 2 runs need up to 3 jobs/)
    expect(jobLines(forecast())).toEqual([])
  })

  it('the timeline reaches to a wanted moment that is not far off, and ignores one that is', () => {
    expect(layOut(forecast(), now + 8 * hour).to).toBeGreaterThan(now + 8 * hour)
    expect(layOut(forecast(), now + 30 * hour).to).toBeLessThan(now + 7 * hour)
  })

  it('the timeline has ticks at round times of the clock, few enough to be read', () => {
    const { ticks } = layOut(forecast(), now)
    expect(ticks.map(({ at: tick }) => tick)).toEqual([20, 21, 22, 23, 24].map((hours) => at(23, hours)).concat(at(24, 1)))
  })

  it('the timeline has no more ticks than there is room for', () => {
    for (const most of [1, 2, 3, 5]) {
      const { ticks } = layOut(forecast(), now, most)
      const lefts = ticks.map(({ left }) => left)
      for (const [index, left] of lefts.slice(1).entries()) expect(left - lefts[index]!).toBeGreaterThanOrEqual(1 / most)
    }
    expect(layOut(forecast(), now, 2).ticks.map(({ at: tick }) => tick)).toEqual([at(24, 0)])
  })

  it('the timeline shades what lies outside the training hours', () => {
    const open = [{ from: at(23, 20), to: at(24, 0) }]
    const { closed, from, to } = layOut(forecast({ open }), now)
    expect(closed.map(({ left, width }) => [left, left + width].map((share) => Math.round(from + share * (to - from))))).toEqual([
      [now, at(23, 20)],
      [at(24, 0), Math.round(to)],
    ])
    expect(layOut(forecast(), now).closed).toEqual([])
  })
})

it('the chance of being done is said in words, and certainty never claimed', () => {
  expect(chanceWords(1)).toEqual({ words: 'almost certainly (over 99 %)', tone: 'good' })
  expect(chanceWords(0.5).words).toBe('as likely as not (50 %)')
  expect(chanceWords(0)).toEqual({ words: 'hardly (under 1 %)', tone: 'problem' })
})

it('"done by" means the next time that the clock shows it', () => {
  expect(nextTime('20:00', now)).toBe(at(23, 20))
  expect(nextTime('08:00', now)).toBe(at(24, 8))
  expect(nextTime('', now)).toBe(at(24, 8))
})
