import { forecastMs, packedMs } from '../../common/sweep/forecast.ts'
import type { Store } from '../store/store.ts'
import type { Runner } from './runner.ts'
import { plannedSlots, type Machine } from './scheduler.ts'

const freshForMs = 2_000

/** When the whole queue will be done, from this machine's measured speeds; reckoned at most every two seconds. */
export class Forecaster {
  readonly #store: Store
  readonly #runner: Runner
  readonly #machine: Machine
  readonly #cpuSlots: number | null
  #finishAt: number | null = null
  #reckonedAt = -Infinity

  constructor(options: { store: Store; runner: Runner; machine: Machine; cpuSlots: number | null }) {
    this.#store = options.store
    this.#runner = options.runner
    this.#machine = options.machine
    this.#cpuSlots = options.cpuSlots
  }

  /** Unix milliseconds, or null when nothing is left to do or no speed is known. */
  finishAt(): number | null {
    const now = performance.now()
    if (now - this.#reckonedAt > freshForMs) {
      this.#reckonedAt = now
      const remaining = this.#remainingMs()
      this.#finishAt = remaining === null ? null : Date.now() + remaining
    }
    return this.#finishAt
  }

  /** Milliseconds that a running run still takes, before its own speed is known. */
  #runningMs(): (number | null)[] {
    return this.#runner.progress.map((progress) => {
      if (progress.remainingMs !== null) return progress.remainingMs
      const run = this.#store.runs.get(progress.runId)
      const device = run.device ?? plannedSlots(this.#machine, 1, this.#cpuSlots)[0]!.device
      const images = (run.totalSteps - progress.step) * run.settings.recipe.batchSize
      return forecastMs({ multiplyAdds: run.multiplyAdds, images }, this.#store.speeds.ofDevice(device), device.threads, device.precision)
    })
  }

  #remainingMs(): number | null {
    const running = this.#runningMs()
    const active = new Set(this.#runner.progress.map((progress) => progress.runId))
    const waiting = this.#store.queue.candidates().filter((candidate) => !active.has(candidate.id))
    if (running.length === 0 && waiting.length === 0) return null
    const busy = running.filter((ms) => ms !== null)
    if (busy.length < running.length) return null
    const slots = plannedSlots(this.#machine, running.length + waiting.length, this.#cpuSlots)
    const { device } = slots[0]!
    const speeds = this.#store.speeds.ofDevice(device)
    const durations = waiting.map((run) => {
      const precision = run.pinnedPrecision ?? (run.precision === 'auto' ? device.precision : run.precision)
      const images = (run.totalSteps - run.stepsDone) * run.batchSize
      return forecastMs({ multiplyAdds: run.multiplyAdds, images }, speeds, device.threads, precision)
    })
    const idle = Math.max(0, slots.length - busy.length)
    return packedMs(durations, [...busy, ...Array.from({ length: idle }, () => 0)])
  }
}
