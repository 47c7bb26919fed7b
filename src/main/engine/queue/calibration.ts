import type { Device } from '../../../common/device.ts'
import { messageOf } from '../../../common/caught.ts'
import { designAt } from '../../../common/network/design.ts'
import { buildNetwork } from '../../../common/network/network.ts'
import type { SpeedTest } from '../../../common/rpc/doctor.ts'
import type { Store } from '../../store/store.ts'
import { measureSpeed } from '../machine/machine-report.ts'
import { plannedSlots } from '../machine/scheduler.ts'
import type { Machine, Slot } from '../machine/slot.ts'

/** Network that the worker's speed test trains. */
const testNetwork = designAt('cifar', { family: 'residual', depth: 20, shortcut: 'A', inputShape: [32, 32, 3], classes: 10 })
const testBatchSize = 128
/** Most slots tested at once: more do not slow each other further, and take memory. */
const mostTests = 4

/**
 * Measures this machine's speed before its first run: one test in every slot that a long queue would use, all at once, since
 * slots share memory and caches. Gives way to runs.
 */
export class Calibration {
  readonly #store: Store
  readonly #machine: Machine
  readonly #cpuSlots: number | null
  readonly #workerScript: string
  readonly #isBusy: () => boolean
  readonly #onChange: () => void
  readonly #log: (message: string) => void
  #running: { stop: AbortController; done: Promise<boolean> } | null = null

  constructor(options: {
    store: Store
    machine: Machine
    cpuSlots: number | null
    workerScript: string
    busy: () => boolean
    onChange: () => void
    log: (message: string) => void
  }) {
    this.#store = options.store
    this.#machine = options.machine
    this.#cpuSlots = options.cpuSlots
    this.#workerScript = options.workerScript
    this.#isBusy = options.busy
    this.#onChange = options.onChange
    this.#log = options.log
  }

  get busy(): boolean {
    return this.#running !== null
  }

  /** @returns whether speeds of this machine are known now */
  async measure(): Promise<boolean> {
    if (this.#running) return this.#running.done
    const slots = plannedSlots(this.#machine, mostTests, this.#cpuSlots)
    if (this.#store.speeds.ofDevice(slots[0]!.device).length > 0) return true
    if (this.#isBusy()) return false
    const startedAt = performance.now()
    const stop = new AbortController()
    const done = Promise.all(slots.map((slot) => measureSpeed(slot, this.#workerScript, stop.signal)))
      .then((results) => this.#recordAll(slots, results, performance.now() - startedAt))
      .catch((error: unknown) => {
        this.#log(`the machine's speed was not measured: ${messageOf(error)}`)
        return false
      })
      .finally(() => {
        this.#running = null
        this.#onChange()
      })
    this.#running = { stop, done }
    this.#onChange()
    return done
  }

  /** Ends the tests, because a run needs the machine. */
  cancel(): void {
    this.#running?.stop.abort()
  }

  /** @param startMs what a run takes beside its training; null when it was not seen */
  record(device: Device, speed: Pick<SpeedTest, 'imagesPerSecond'>, startMs: number | null): void {
    const { multiplyAdds } = buildNetwork(testNetwork)
    this.#store.write('program-crash', () =>
      this.#store.speeds.record(
        device,
        { multiplyAdds, batchSize: testBatchSize, imagesPerSecond: speed.imagesPerSecond, startMs, source: 'speed-test' },
        Date.now(),
      ),
    )
    this.#onChange()
  }

  #recordAll(slots: readonly Slot[], results: readonly SpeedTest[], wallMs: number): boolean {
    const imagesPerSecond = results.reduce((sum, result) => sum + result.imagesPerSecond, 0) / results.length
    const [first] = results
    // Counts all but the five seconds of training: the process, the graph, the first steps.
    const startMs = Math.max(0, wallMs - ((first?.steps ?? 0) * testBatchSize * 1000) / (first?.imagesPerSecond ?? 1))
    this.record(slots[0]!.device, { imagesPerSecond }, startMs)
    this.#log(`speed test on ${slots.length} slots: ${Math.round(imagesPerSecond)} images/s each, ${Math.round(startMs)} ms to start`)
    return true
  }
}
