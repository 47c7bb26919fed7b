import { describe, expect, it } from 'vitest'
import { sweepSchema } from '../../../../../src/common/sweep/sweep.ts'
import { Journal } from '../../../../../src/main/engine/journal/journal.ts'
import { Templates } from '../../../../../src/main/engine/library/templates.ts'
import { Store } from '../../../../../src/main/store/store.ts'

const sweep = sweepSchema.parse({ name: 'depths', dataset: 'cifar10', recipe: 'cifar10-10', families: ['plain'], n: [3, 9] })

function templates(): { own: Templates; announced: string[][] } {
  const store = new Store(':memory:')
  const announced: string[][] = []
  const journal = new Journal(
    store,
    (name, payload) => name === 'templates.changed' && announced.push((payload as { name: string }[]).map((one) => one.name)),
    () => undefined,
    () => undefined,
  )
  return { own: new Templates(store, journal), announced }
}

describe('templates of a workspace', () => {
  it('templates of a workspace come back as they were saved, by name, and every change is announced', () => {
    const { own, announced } = templates()
    own.save('two depths', sweep, false)
    const { id } = own.save('Again', { ...sweep, seeds: 3 }, false)
    expect(own.list().map((one) => [one.name, one.sweep.seeds])).toEqual([
      ['Again', 3],
      ['two depths', 1],
    ])
    own.rename(id, 'zuletzt')
    own.remove(own.list()[0]!.id)
    expect(own.list().map((one) => one.name)).toEqual(['zuletzt'])
    expect(announced).toEqual([['two depths'], ['Again', 'two depths'], ['two depths', 'zuletzt'], ['zuletzt']])
  })

  it('templates of a workspace are replaced only when that is asked for, whatever the case of the name', () => {
    const { own } = templates()
    own.save('night', sweep, false)
    expect(() => own.save('Night', sweep, false)).toThrow(/There is a template "Night" already/)
    own.save('Night', { ...sweep, depths: [32] }, true)
    expect(own.list().map((one) => [one.name, one.sweep.depths])).toEqual([['Night', [32]]])
    own.save('other', sweep, false)
    expect(() => own.rename(own.list()[1]!.id, 'night')).toThrow(/already/)
    expect(() => own.rename(99, 'x')).toThrow(/There is no template 99/)
  })
})
