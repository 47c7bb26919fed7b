import { describe, expect, it } from 'vitest'
import { placeSettingsSchema } from '../../../src/common/places/place.ts'
import { draftOf, emptyDraft, type PlaceDraft, readDraft } from '../../../src/renderer/src/features/places/place-draft.ts'

const read = (changes: Partial<PlaceDraft>) => readDraft({ ...emptyDraft(), name: 'lab2', ssh: 'me@lab2', ...changes })

describe('the form of a place', () => {
  it('the form of a place is silent while it lacks a name or a way there', () => {
    expect(read({ name: '' })).toEqual({ settings: null, problem: null })
    expect(read({ ssh: '' })).toEqual({ settings: null, problem: null })
  })

  it('the form of a place leaves what is not said to the engine', () => {
    expect(read({}).settings).toEqual(placeSettingsSchema.parse({ name: 'lab2', ssh: 'me@lab2' }))
    expect(read({ ssh: '', slurm: true }).settings).toEqual(placeSettingsSchema.parse({ name: 'lab2', slurm: {} }))
    expect(read({ lostHours: '' }).settings).toMatchObject({ lostHours: null })
  })

  it('the form of a place reads numbers, times and further lines of Slurm', () => {
    const draft = { slurm: true, time: '1-12:00:00', maxJobs: '20', extra: '--mem=64G; --constraint=avx512;' }
    expect(read(draft).settings?.slurm).toMatchObject({ timeMinutes: 2160, maxJobs: 20, extra: ['--mem=64G', '--constraint=avx512'] })
  })

  it.each([
    [{ name: 'here' }, 'A name is of letters'],
    [{ ssh: '-oProxyCommand=x' }, 'A destination is what ssh takes'],
    [{ slurm: true, time: 'soon' }, 'A time of a job is 08:00:00'],
    [{ slots: 'two' }, 'Runs side by side: '],
    [{ slurm: true, extra: '--array=1-9' }, 'Further lines: Skiplab sets this option itself'],
    [{ slurm: true, partition: 'a b' }, 'Partition: expected a name as Slurm has it'],
  ] satisfies [Partial<PlaceDraft>, string][])('the form of a place says what is wrong with %j', (changes, words) => {
    const { settings, problem } = read(changes)
    expect(settings).toBeNull()
    expect(problem).toContain(words)
  })

  it('the form of a place shows what a place has, and changes nothing by itself', () => {
    const settings = placeSettingsSchema.parse({
      ...{ name: 'cluster', ssh: 'login', folder: '/scratch/me', slots: 3, lostHours: null, device: 'cpu' },
      slurm: { partition: 'gpu', gres: 'gpu:1', timeMinutes: 480, maxJobs: 20, extra: ['--mem=64G'] },
    })
    expect(readDraft(draftOf(settings)).settings).toEqual(settings)
  })
})
