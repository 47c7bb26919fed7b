import { messageOf } from '../../../common/caught.ts'
import type { Device, PrecisionChoice } from '../../../common/device.ts'
import type { PlaceReport, PlaceSettings, PlaceStatus, PlaceTroubleKind, WantedDevice } from '../../../common/places/place.ts'
import type { Place } from '../../places/place.ts'
import { PlaceTrouble } from '../../places/place-trouble.ts'
import { warningSeconds } from '../../places/slurm/job-script.ts'
import type { Slot } from '../machine/slot.ts'

/** Times between looks at a place that is away, in milliseconds; the last repeats. */
const lookAgainMs = [15_000, 30_000, 60_000, 120_000, 300_000]

/** Troubles that may be over by themselves. */
const mayPass: ReadonlySet<PlaceTroubleKind> = new Set(['unreachable', 'scheduler', 'disk-full'])

/** As it is stored. */
export interface StoredPlace {
  readonly settings: PlaceSettings
  readonly report: PlaceReport | null
  readonly checkedAt: number | null
  readonly sentBytes: number
  readonly fetchedBytes: number
  /** Since when it is out of reach while runs train there; null: it is not. */
  readonly lostSince: number | null
}

/** A slot of a place, and the run in it. */
export interface PlaceLane {
  readonly runId: number | null
  readonly slot: Slot
  /** Longest time of a job there, and how much of it there is until its last checkpoint; null: as long as it takes. */
  readonly job: { readonly limitMs: number; readonly trainMs: number } | null
}

/** One place, what is known of it, and the runs there. */
export class KnownPlace {
  stored: StoredPlace
  /** Null where it could not even be made. */
  readonly driver: Place | null
  trouble: PlaceStatus['trouble'] = null
  sending: PlaceStatus['sending'] = null
  checked = false
  readonly #runs = new Map<number, Slot>()
  readonly #cpuOnly: boolean
  #failures = 0
  #nextLook = 0

  /** @param cpuOnly whether this machine's TensorFlow, which is carried there, has no CUDA */
  constructor(stored: StoredPlace, driver: Place | null, cpuOnly: boolean) {
    this.stored = stored
    this.driver = driver
    this.#cpuOnly = cpuOnly
  }

  get name(): string {
    return this.stored.settings.name
  }

  get runIds(): number[] {
    return [...this.#runs.keys()]
  }

  get slots(): number {
    const { slots, slurm } = this.stored.settings
    if (slurm) return slots ?? slurm.maxJobs
    return slots ?? Math.max(1, this.#gpus.length)
  }

  /** Whether runs may be started there now. */
  get ready(): boolean {
    return this.driver !== null && this.checked && !this.stored.settings.paused && this.trouble === null && this.stored.report !== null
  }

  /** Whether it should be looked at: for the first time, or again. */
  get due(): boolean {
    if (this.driver === null || this.stored.settings.paused) return false
    return this.trouble === null ? !this.checked : mayPass.has(this.trouble.kind) && performance.now() >= this.#nextLook
  }

  take(runId: number, slot: Slot): void {
    this.#runs.set(runId, slot)
  }

  release(runId: number): void {
    this.#runs.delete(runId)
  }

  /** Whether runs there are out of reach for longer than its owner wants to wait without being asked. */
  get overdue(): boolean {
    const { settings, lostSince } = this.stored
    const { lostHours } = settings
    return lostSince !== null && lostHours !== null && this.runIds.length > 0 && Date.now() - lostSince >= lostHours * 3_600_000
  }

  noteReady(report: PlaceReport | null): void {
    this.trouble = null
    this.checked = true
    this.#failures = 0
    this.stored = { ...this.stored, lostSince: null, ...(report && { report, checkedAt: Date.now() }) }
  }

  noteTrouble(error: unknown): void {
    const kind = error instanceof PlaceTrouble ? error.kind : 'broken'
    const since = this.trouble?.kind === kind ? this.trouble.since : Date.now()
    this.trouble = { kind, words: messageOf(error), since }
    // A disk is not emptied within seconds.
    const failures = kind === 'unreachable' ? this.#failures++ : lookAgainMs.length
    this.#nextLook = performance.now() + lookAgainMs[Math.min(failures, lookAgainMs.length - 1)]!
  }

  /** Notes that runs there are out of reach. @returns whether they were not before */
  noteLost(error: unknown): boolean {
    this.noteTrouble(error)
    if (this.stored.lostSince !== null) return false
    this.stored = { ...this.stored, lostSince: Date.now() }
    return true
  }

  status(): PlaceStatus {
    const { settings, report, checkedAt, sentBytes, fetchedBytes, lostSince } = this.stored
    const traffic = this.driver?.traffic ?? { sentBytes: 0, fetchedBytes: 0 }
    const state = settings.paused ? 'paused' : this.trouble ? 'away' : this.checked ? 'ready' : 'unknown'
    return {
      settings,
      state,
      trouble: this.trouble,
      report,
      checkedAt,
      slots: this.slots,
      runIds: this.runIds,
      lostSince: this.runIds.length > 0 ? lostSince : null,
      overdue: this.overdue,
      sentBytes: sentBytes + traffic.sentBytes,
      fetchedBytes: fetchedBytes + traffic.fetchedBytes,
      sending: this.sending,
    }
  }

  /** Its slots in use, then those that are free, if runs may start there. */
  lanes(): PlaceLane[] {
    const used = [...this.#runs].map(([runId, slot]) => ({ runId, slot, job: this.#job }))
    const gpus = this.#freeGpus()
    return [...used, ...this.#emptyLanes(this.ready ? this.slots - used.length : 0, gpus)]
  }

  /** Its slots as if nothing ran there. */
  allLanes(): PlaceLane[] {
    return this.#emptyLanes(
      this.slots,
      this.#gpus.map((_, index) => index),
    )
  }

  #emptyLanes(count: number, gpus: readonly number[]): PlaceLane[] {
    const length = Math.max(0, count)
    return Array.from({ length }, (_, index) => ({ runId: null, slot: this.#slot(gpus[index] ?? null), job: this.#job }))
  }

  get #job(): PlaceLane['job'] {
    const { settings, report } = this.stored
    if (!settings.slurm) return null
    const { partition, timeMinutes } = settings.slurm
    const used = report?.partitions?.find(({ name, isDefault }) => (partition === null ? isDefault : name === partition.split(',')[0]))
    const minutes = timeMinutes ?? used?.limitMinutes ?? null
    if (minutes === null) return null
    const limitMs = minutes * 60_000
    return { limitMs, trainMs: Math.max(limitMs / 10, limitMs - warningSeconds(timeMinutes) * 1000) }
  }

  /** The next free slot, as a run that is there already may hold it. @param device that it reported */
  slotFor(device: Device | null): Slot {
    const slot = this.#slot(this.#freeGpus()[0] ?? null)
    return device === null ? slot : { ...slot, device }
  }

  /** What to ask for in a slot; a run that goes on keeps the threads and the precision that it had. */
  wanted({ device, gpu }: Slot, precision: PrecisionChoice, pinned: Device | null): WantedDevice {
    const { settings } = this.stored
    const threads = pinned?.kind === 'cpu' && device.kind === 'cpu' && pinned.threads <= this.#cores ? pinned.threads : device.threads
    const chosen = precision !== 'auto' ? precision : (pinned?.precision ?? settings.precision)
    return { kind: device.kind, gpu, threads, precision: chosen }
  }

  get #cores(): number {
    return this.stored.report?.cores ?? 1
  }

  get #gpus(): readonly string[] {
    return this.stored.settings.device === 'cpu' || this.#cpuOnly ? [] : (this.stored.report?.gpus ?? [])
  }

  #freeGpus(): number[] {
    const taken = new Set([...this.#runs.values()].map(({ gpu }) => gpu))
    return this.#gpus.map((_, index) => index).filter((index) => !taken.has(index))
  }

  #slot(gpu: number | null): Slot {
    const { settings, report } = this.stored
    const sets = report?.instructionSets ?? []
    const fast = gpu !== null || sets.includes('avx512_bf16') || sets.includes('amx_bf16')
    const precision = settings.precision === 'auto' ? (fast ? 'bf16' : 'fp32') : settings.precision
    const place = settings.name
    if (settings.slurm) {
      const onGpu = settings.slurm.gres !== null && /gpu/.test(settings.slurm.gres) && !this.#cpuOnly
      const threads = onGpu ? 1 : settings.slurm.cpusPerTask
      return { place, gpu: null, device: { kind: onGpu ? 'cuda' : 'cpu', name: 'node', threads, precision } }
    }
    if (gpu !== null) return { place, gpu, device: { kind: 'cuda', name: this.#gpus[gpu] ?? 'GPU', threads: 1, precision } }
    const threads = settings.threads ?? Math.max(1, Math.floor(this.#cores / this.slots))
    return { place, gpu: null, device: { kind: 'cpu', name: report?.cpu ?? 'CPU', threads, precision } }
  }
}
