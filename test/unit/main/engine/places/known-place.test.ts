import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { type PlaceReport, placeSettingsSchema } from '../../../../../src/common/places/place.ts'
import { KnownPlace } from '../../../../../src/main/engine/places/known-place.ts'
import { PlaceTrouble } from '../../../../../src/main/places/place-trouble.ts'

const report: PlaceReport = {
  ...{ platform: 'linux-x64', system: 'Linux', cpu: 'Some CPU', cores: 8, instructionSets: [], gpus: [] },
  ...{ memoryBytes: 1e10, freeDiskBytes: 1e11, clockOffsetMs: 0, advice: [] },
  partitions: [
    { name: 'night', words: '', isDefault: true, limitMinutes: 120 },
    { name: 'long', words: '', isDefault: false, limitMinutes: null },
  ],
}
const place = (settings: Omit<z.input<typeof placeSettingsSchema>, 'name'>) =>
  new KnownPlace(
    {
      settings: placeSettingsSchema.parse({ name: 'lab2', ssh: 'lab2', ...settings }),
      ...{ report, checkedAt: 0, sentBytes: 0, fetchedBytes: 0, lostSince: null },
    },
    null,
    true,
  )
const away = new PlaceTrouble('unreachable', 'lab2 does not answer.')
const jobOf = (slurm: z.input<typeof placeSettingsSchema>['slurm']) => place({ slurm }).allLanes()[0]!.job

describe('the time of a job at a place', () => {
  it('a machine by SSH limits no time', () => {
    expect(jobOf(null)).toBeNull()
  })

  it('a job of Slurm trains until it is told that its time is nearly over', () => {
    expect(jobOf({ timeMinutes: 480 })).toEqual({ limitMs: 480 * 60_000, trainMs: 475 * 60_000 })
    expect(jobOf({ timeMinutes: 10 })).toEqual({ limitMs: 600_000, trainMs: 540_000 })
  })

  it('a job of Slurm without a time of its own has that of its partition, or of the default one', () => {
    expect(jobOf({})?.limitMs).toBe(120 * 60_000)
    expect(jobOf({ partition: 'night' })?.limitMs).toBe(120 * 60_000)
    expect(jobOf({ partition: 'long' })).toBeNull()
  })
})

describe('a place that is out of reach', () => {
  const slotOf = (lost: KnownPlace) => lost.slotFor(null)

  it('a place that is out of reach asks about its runs after the hours that were set', async () => {
    const lost = place({ lostHours: 1e-9 })
    lost.take(7, slotOf(lost))
    expect(lost.overdue).toBe(false)
    expect(lost.noteLost(away)).toBe(true)
    expect(lost.noteLost(away)).toBe(false)
    expect(lost.status()).toMatchObject({ state: 'away', runIds: [7] })
    await expect.poll(() => lost.status().overdue).toBe(true)
    lost.noteReady(null)
    expect(lost.status()).toMatchObject({ lostSince: null, overdue: false })
  })

  it('a place that is out of reach asks nothing before, without runs, or where it never is to ask', () => {
    const [patient, empty, quiet] = [place({}), place({ lostHours: 1e-9 }), place({ lostHours: null })]
    for (const lost of [patient, quiet]) lost.take(7, slotOf(lost))
    for (const lost of [patient, empty, quiet]) lost.noteLost(away)
    expect([patient.overdue, empty.overdue, quiet.overdue]).toEqual([false, false, false])
    expect(empty.status().lostSince).toBeNull()
  })

  it('trouble that leaves the connection alone does not put runs out of reach', () => {
    const full = place({ lostHours: 1e-9 })
    full.take(7, slotOf(full))
    full.noteTrouble(new PlaceTrouble('disk-full', 'The disk is full.'))
    expect(full.status()).toMatchObject({ state: 'away', lostSince: null, overdue: false })
  })
})
