import { describe, expect, it } from 'vitest'
import { placeChangeSchema, placeSettingsSchema, type PlaceStatus } from '../../../../src/common/places/place.ts'
import { jobsWords, lostWords, overdueWords, placeRoute, trafficWords, whereWords } from '../../../../src/common/places/place-words.ts'

const settings = placeSettingsSchema.parse({ name: 'lab2', ssh: 'me@lab2' })
const status: PlaceStatus = {
  settings,
  state: 'away',
  trouble: { kind: 'unreachable', words: 'me@lab2 does not answer.', since: 0 },
  report: null,
  checkedAt: null,
  slots: 2,
  runIds: [12, 13],
  lostSince: Date.now(),
  overdue: false,
  sentBytes: 0,
  fetchedBytes: 0,
  sending: null,
}

describe('words for places', () => {
  it('a place says how it is reached', () => {
    expect(placeRoute(settings)).toBe('ssh me@lab2')
    expect(placeRoute(placeSettingsSchema.parse({ name: 'c', slurm: {} }))).toBe('Slurm')
    expect(placeRoute(placeSettingsSchema.parse({ name: 'c', ssh: 'login', slurm: { partition: 'gpu' } }))).toBe(
      'Slurm, partition gpu, behind ssh login',
    )
  })

  it('a run says where it trained and where it may train, unless that is this machine and anywhere', () => {
    expect(whereWords({})).toBeNull()
    expect(whereWords({ place: 'here' })).toBe('this machine only')
    expect(whereWords({ trainedAt: 'lab2' })).toBe('lab2')
    expect(whereWords({ trainedAt: 'lab2', place: 'lab2' })).toBe('lab2')
    expect(whereWords({ trainedAt: 'lab2', place: 'here' })).toBe('lab2; from now on this machine only')
  })

  it('a run says what it cost the network, if it was at a place', () => {
    expect(trafficWords({})).toBeNull()
    expect(trafficWords({ traffic: { sentBytes: 975_000_000, fetchedBytes: 1_234_000 } })).toBe('975 MB sent, 1.2 MB fetched')
  })

  it('runs that take several jobs say how many, and how long one may be', () => {
    expect(jobsWords(3, 8 * 3_600_000)).toBe('up to 3 jobs of 8 h, one after the other')
    expect(jobsWords(2, 90 * 60_000)).toBe('up to 2 jobs of 1 h 30 min, one after the other')
  })

  it('a place that is out of reach says which runs are there, and when or that somebody is asked', () => {
    expect(lostWords(status)).toMatch(
      /^lab2 is out of reach since \d\d:\d\d; runs 12, 13 train there as far as anyone knows\. me@lab2 does not answer\. .+After 6 h/,
    )
    expect(lostWords({ ...status, runIds: [12], settings: { ...settings, lostHours: null } })).toMatch(
      /run 12 trains .+ when it is back\.$/,
    )
    expect(overdueWords(status)).toMatch(/runs 12, 13 train .+ give up what runs there: it then goes on elsewhere/)
  })
})

it('a change of a place leaves alone what it does not name', () => {
  expect(placeChangeSchema.parse({ paused: true })).toEqual({ paused: true })
  expect(placeChangeSchema.safeParse({ name: 'other' }).success).toBe(false)
})
