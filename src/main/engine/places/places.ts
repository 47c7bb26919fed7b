import { join } from 'node:path'
import { z } from 'zod'
import { SkiplabError } from '../../../common/failure.ts'
import {
  type PlaceChange,
  placeReportSchema,
  type PlaceSettings,
  placeSettingsSchema,
  type PlaceStatus,
} from '../../../common/places/place.ts'
import { overdueKind, overdueWords } from '../../../common/places/place-words.ts'
import { folderIdentity } from '../../workspace/folder-identity.ts'
import type { JobAddress } from '../../places/place.ts'
import { PlaceTrouble } from '../../places/place-trouble.ts'
import { isCpuOnly } from '../machine/devices.ts'
import type { Slot } from '../machine/slot.ts'
import type { Lease } from '../../store/attempts.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'
import { describeError } from '../journal/log.ts'
import { KnownPlace, type PlaceLane, type StoredPlace } from './known-place.ts'
import { PlaceDrivers } from './place-drivers.ts'

const storedPlacesSchema = z.array(
  z.strictObject({
    settings: placeSettingsSchema,
    report: placeReportSchema.nullable(),
    checkedAt: z.number().nullable(),
    sentBytes: z.number(),
    fetchedBytes: z.number(),
    lostSince: z.number().nullable().default(null),
  }),
)
/** Time after the end of a run in which its folder at the place is left. */
const cleanAfterMs = 20_000

export interface PlacesOptions {
  readonly store: Store
  readonly journal: Journal
  readonly log: (message: string) => void
  /** The workspace's folder. */
  readonly workspace: string
  readonly workerScript: string
  readonly onChange: () => void
}

/** The places of a workspace besides its own machine: which there are, how they do, and what runs there. */
export class Places {
  readonly #options: PlacesOptions
  readonly drivers: PlaceDrivers
  readonly #known = new Map<string, KnownPlace>()
  readonly #checking = new Map<string, Promise<void>>()
  readonly #cleaning = new Map<string, NodeJS.Timeout>()
  /** Places whose jobs are being compared with the leases. */
  readonly #fencing = new Set<string>()
  /** Places about whose runs people were asked. */
  readonly #asked = new Set<string>()

  constructor(options: PlacesOptions) {
    this.#options = options
    const launcherScript = join(import.meta.dirname, 'place-launcher.cjs')
    this.drivers = new PlaceDrivers({ ...options, launcherScript }, folderIdentity(options.workspace) ?? '')
    const { store } = options
    for (const stored of store.settings.read('places', storedPlacesSchema, [])) this.#open(stored)
  }

  list(): PlaceStatus[] {
    return [...this.#known.values()].map((place) => place.status())
  }

  get(name: string): KnownPlace | null {
    return this.#known.get(name) ?? null
  }

  /** @throws SkiplabError not-found */
  require(name: string): KnownPlace {
    const place = this.get(name)
    if (place) return place
    const names = [...this.#known.keys()].join(', ')
    throw new SkiplabError(
      'not-found',
      `There is no place ${name}. ${names === '' ? 'Add one with: skiplab place add' : `There are: ${names}.`}`,
    )
  }

  /** Adds a place and looks at it. One that cannot be reached now is kept: its trouble stands in its status. */
  async add(settings: PlaceSettings): Promise<PlaceStatus> {
    if (settings.ssh === null && settings.slurm === null)
      throw new SkiplabError('bad-input', 'A place needs --ssh DESTINATION, --slurm, or both; this machine is one already.')
    if (this.#known.has(settings.name)) throw new SkiplabError('conflict', `There is a place ${settings.name} already.`)
    const place = this.#open({ settings, report: null, checkedAt: null, sentBytes: 0, fetchedBytes: 0, lostSince: null })
    this.#save()
    await this.#check(place)
    return place.status()
  }

  /** Changes a place; runs that train there keep what they have. */
  async configure(name: string, change: PlaceChange): Promise<PlaceStatus> {
    const before = this.require(name)
    const settings = { ...before.stored.settings, ...change, name }
    const elsewhere = (['ssh', 'sshConfig', 'folder', 'slurm'] as const).some(
      (key) => JSON.stringify(settings[key]) !== JSON.stringify(before.stored.settings[key]),
    )
    if (!elsewhere) {
      before.stored = { ...before.stored, settings }
      this.#save()
      return before.status()
    }
    this.#requireIdle(before, 'changed')
    await before.driver?.close()
    const place = this.#open({ ...withTraffic(before), settings, report: null, checkedAt: null })
    this.#save()
    await this.#check(place)
    return place.status()
  }

  async remove(name: string): Promise<void> {
    const place = this.require(name)
    this.#requireIdle(place, 'removed')
    this.#known.delete(name)
    this.#save()
    await place.driver?.close()
  }

  async check(name: string): Promise<PlaceStatus> {
    const place = this.require(name)
    await this.#check(place)
    return place.status()
  }

  /** All slots of all places. */
  lanes(): PlaceLane[] {
    return [...this.#known.values()].flatMap((place) => place.lanes())
  }

  /** Slots of a place, or of all that may start runs (null), as if nothing ran there. */
  allSlots(name: string | null): PlaceLane[] {
    return [...this.#known.values()]
      .filter((place) => (name === null ? place.ready : place.name === name))
      .flatMap((place) => place.allLanes())
  }

  /** The slot of a run that is at a place, as well as it is known after a restart. */
  slotOf({ runId, place }: Pick<Lease, 'runId' | 'place'>): Slot {
    const name = place ?? ''
    const { device } = this.#options.store.runs.get(runId)
    const free = this.get(name)?.slotFor(device)
    return free ?? { place: name, gpu: null, device: device ?? { kind: 'cpu', name: 'CPU', threads: 1, precision: 'fp32' } }
  }

  /** Memory of a place, in bytes; null for this machine, or where it is not known. */
  memoryAt(name: string | undefined): number | null {
    return name === undefined ? null : (this.get(name)?.stored.report?.memoryBytes ?? null)
  }

  /** Call about once a second. */
  tick(): void {
    for (const place of this.#known.values()) {
      if (place.due && !this.#checking.has(place.name)) void this.#check(place)
      if (!place.overdue) this.#asked.delete(place.name)
      else if (!this.#asked.has(place.name)) this.#ask(place)
    }
  }

  /** Reserves a slot for a run that is about to start. */
  take(runId: number, slot: Slot): void {
    this.get(slot.place ?? '')?.take(runId, slot)
  }

  /** Frees a slot whose run did not start. */
  giveBack(runId: number, slot: Slot): void {
    this.get(slot.place ?? '')?.release(runId)
  }

  /** Notes what a run met at its place: no runs start there until it is over. */
  noteTrouble(name: string, error: unknown): void {
    const place = this.get(name)
    if (!place) return
    place.noteTrouble(error)
    this.#options.log(`place ${name}: ${place.trouble?.words ?? ''}`)
    this.#options.onChange()
  }

  /** Notes that runs at a place are out of reach. */
  noteLost(name: string, error: unknown): void {
    const place = this.get(name)
    if (!place) return
    if (place.noteLost(error)) this.#save()
    this.#options.log(`place ${name}: out of reach: ${place.trouble?.words ?? ''}`)
    this.#options.onChange()
  }

  /** Notes that a place can be reached again, and ends what runs there without a lease. */
  noteContact(name: string): void {
    const place = this.get(name)
    if (!place) return
    place.noteReady(null)
    this.#save()
    void this.#fence(place)
    this.#options.onChange()
  }

  /** Notes that a run left a place. */
  noteEnd(name: string, runId: number): void {
    const place = this.get(name)
    if (!place) return
    place.release(runId)
    clearTimeout(this.#cleaning.get(name))
    this.#cleaning.set(
      name,
      setTimeout(() => void this.#clean(place), cleanAfterMs),
    )
  }

  /** Tells clients what changed in sending, seldom enough. */
  changed(): void {
    this.#options.onChange()
  }

  async close(): Promise<void> {
    for (const timer of this.#cleaning.values()) clearTimeout(timer)
    this.#save()
    await Promise.allSettled([...this.#known.values()].map(async ({ driver }) => driver?.close()))
  }

  /** Asks people what is to become of runs that are out of reach for long. */
  #ask(place: KnownPlace): void {
    this.#asked.add(place.name)
    const { journal, onChange } = this.#options
    journal.commit((announce) => announce.event(null, 'warning', overdueKind, overdueWords(place.status())))
    onChange()
  }

  #open(stored: StoredPlace): KnownPlace {
    let place: KnownPlace
    try {
      place = new KnownPlace(stored, this.drivers.make(stored.settings), isCpuOnly())
    } catch (error) {
      place = new KnownPlace(stored, null, true)
      place.noteTrouble(error)
    }
    this.#known.set(place.name, place)
    return place
  }

  #requireIdle(place: KnownPlace, what: string): void {
    if (place.runIds.length > 0)
      throw new SkiplabError(
        'conflict',
        `${place.name} trains run ${place.runIds.join(', ')}: pause or cancel what runs there, then it can be ${what}.`,
      )
  }

  #check(place: KnownPlace): Promise<void> {
    const running = this.#checking.get(place.name)
    if (running) return running
    const check = this.#look(place).finally(() => {
      this.#checking.delete(place.name)
      this.#options.onChange()
    })
    this.#checking.set(place.name, check)
    return check
  }

  async #look(place: KnownPlace): Promise<void> {
    const { driver } = place
    if (!driver) return
    try {
      place.noteReady(await driver.probe())
      this.#save()
      await this.#fence(place)
    } catch (error) {
      place.noteTrouble(error)
      this.#options.log(`place ${place.name}: ${place.trouble?.words ?? ''}`)
    }
  }

  /** Ends jobs whose lease is gone: their runs were given away while the place could not be reached. */
  async #fence(place: KnownPlace): Promise<void> {
    const { driver } = place
    // Nothing of this workspace can be there before a first run was sent.
    if (!driver || !this.#wasUsed(place.name) || this.#fencing.has(place.name)) return
    this.#fencing.add(place.name)
    try {
      for (const job of await driver.jobs(this.drivers.workspace)) {
        if (this.#hasLease(place.name, job)) continue
        await driver.cancel(job, job.handle)
        this.#options.log(`place ${place.name}: attempt ${job.attempt} of run ${job.runId} was told to stop; the run was given away`)
      }
    } catch (error) {
      if (!(error instanceof PlaceTrouble)) this.#options.log(`place ${place.name}: ${describeError(error)}`)
    } finally {
      this.#fencing.delete(place.name)
    }
  }

  async #clean(place: KnownPlace): Promise<void> {
    const { workspace } = this.drivers
    const leases = this.#options.store.attempts.leases().filter((lease) => lease.place === place.name)
    const keep = leases.map(({ runId, attempt }) => ({ workspace, runId, attempt }))
    this.#save()
    await place.driver?.clean(workspace, keep).catch(() => undefined)
  }

  #hasLease(place: string, { runId, attempt }: JobAddress): boolean {
    return this.#options.store.attempts
      .leases()
      .some((lease) => lease.place === place && lease.runId === runId && lease.attempt === attempt)
  }

  #wasUsed(name: string): boolean {
    return this.#options.store.attempts.ranAt(name)
  }

  #save(): void {
    const { store, journal } = this.#options
    const places = [...this.#known.values()].map((place) => withTraffic(place))
    journal.commit(() => store.settings.write('places', places))
  }
}

/** What is stored of a place, with the bytes of this session. */
function withTraffic(place: KnownPlace): StoredPlace {
  const { sentBytes, fetchedBytes } = place.status()
  return { ...place.stored, sentBytes, fetchedBytes }
}
