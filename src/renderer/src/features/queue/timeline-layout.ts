import { jobsWords } from '../../../../common/places/place-words.ts'
import type { QueueForecast } from '../../../../common/records/records.ts'

/** A stretch of the timeline in shares of its width, 0 to 1. */
export interface Stretch {
  readonly left: number
  readonly width: number
}

export interface Bar extends Stretch {
  readonly runId: number
  readonly startAt: number
  readonly endAt: number
  readonly earliestEndAt: number
  readonly latestEndAt: number
  /** Left out for one. */
  readonly jobs?: number | undefined
  /** Stretch from the earliest to the latest end. */
  readonly spread: Stretch
}

export interface TimelineLayout {
  readonly from: number
  readonly to: number
  readonly lanes: readonly { readonly title: string; readonly bars: readonly Bar[] }[]
  /** Lanes of this machine, which come first: the training hours are theirs. */
  readonly here: number
  /** Stretches in which nothing trains here. */
  readonly closed: readonly Stretch[]
  readonly ticks: readonly { readonly at: number; readonly left: number }[]
}

const minute = 60_000
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400, 43_200].map((minutes) => minutes * minute)
export const mostTicks = 9

/**
 * @param by a moment that should be in sight if it is not far off
 * @param most ticks for whose labels there is room
 */
export function layOut(forecast: QueueForecast, by: number, most = mostTicks): TimelineLayout {
  const from = forecast.madeAt
  const end = Math.max(from + minute, ...forecast.runs.map((run) => run.latestEndAt))
  const to = (by > end && by - from < 1.6 * (end - from) ? by : end) + 0.02 * (end - from)
  const share = (at: number): number => Math.min(1, Math.max(0, (at - from) / (to - from)))
  const stretch = (start: number, stop: number): Stretch => ({ left: share(start), width: share(stop) - share(start) })
  const lanes = forecast.slots.map((_, slot) => ({
    title: laneTitle(forecast.slots, slot),
    bars: forecast.runs
      .filter((run) => run.slot === slot)
      .map((run): Bar => ({ ...run, ...stretch(run.startAt, run.endAt), spread: stretch(run.earliestEndAt, run.latestEndAt) })),
  }))
  return {
    from,
    to,
    lanes,
    here: forecast.slots.filter(({ place }) => place === undefined).length,
    closed: closedStretches(forecast.open, from, to).map(([start, stop]) => stretch(start, stop)),
    ticks: ticksOf(from, to, most).map((at) => ({ at, left: share(at) })),
  }
}

/** Names a lane by its place and its number there: "CPU 2, 1 thread", "lab2 1, GPU". */
function laneTitle(slots: QueueForecast['slots'], slot: number): string {
  const { device, place } = slots[slot]!
  const number = slots.slice(0, slot + 1).filter((each) => each.place === place).length
  if (place !== undefined) return `${place} ${number}, ${device.kind === 'cpu' ? 'CPU' : 'GPU'}`
  const threads = device.threads === 1 ? '1 thread' : `${device.threads} threads`
  return device.kind === 'cpu' ? `CPU ${number}, ${threads}` : `${device.name} ${number}`
}

/** Says of each place with a limit of time which runs take longer than one job there. */
export function jobLines({ runs, slots }: Pick<QueueForecast, 'runs' | 'slots'>): string[] {
  const places = new Map<string, { limitMs: number; jobs: number[] }>()
  for (const { slot, jobs } of runs) {
    const { place, jobLimitMs: limitMs } = slots[slot]!
    if (jobs === undefined || place === undefined || limitMs === undefined) continue
    const before = places.get(place)?.jobs ?? []
    places.set(place, { limitMs, jobs: [...before, jobs] })
  }
  return [...places].map(([place, { limitMs, jobs }]) => {
    const who = jobs.length === 1 ? '1 run needs' : `${jobs.length} runs need`
    return `At ${place} ${who} ${jobsWords(Math.max(...jobs), limitMs)}, each from the checkpoint of the one before.`
  })
}

function closedStretches(open: QueueForecast['open'], from: number, to: number): [number, number][] {
  if (open.length === 0) return []
  const edges = [from, ...open.flatMap((stretch) => [stretch.from, stretch.to]), to]
  const closed: [number, number][] = []
  for (let index = 0; index < edges.length; index += 2) {
    const [start, stop] = [Math.max(from, edges[index]!), Math.min(to, edges[index + 1]!)]
    if (stop > start) closed.push([start, stop])
  }
  return closed
}

/** Chooses round times of the local clock, few enough to be read. */
function ticksOf(from: number, to: number, most: number): number[] {
  const step = steps.find((each) => (to - from) / each <= most) ?? steps.at(-1)!
  const midnight = new Date(from).setHours(0, 0, 0, 0)
  const ticks: number[] = []
  for (let at = midnight + Math.ceil((from - midnight) / step) * step; at <= to; at += step) ticks.push(at)
  return ticks
}
