import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import { draftOf, templates } from '../../../src/renderer/src/features/sweeps/templates.ts'
import { useTyped } from '../../../src/renderer/src/features/sweeps/typed.ts'

function firstLook() {
  const draft = ref(draftOf(templates[0]!))
  return { draft, typed: useTyped(draft) }
}

describe('what is typed into a design', () => {
  it('counts before the field is left: seeds, a depth and widths', () => {
    const { draft, typed } = firstLook()
    typed.texts.seeds = '3'
    typed.texts.n = '2'
    typed.texts.widths = '32, 64, 128'
    expect(typed.whole.value).toMatchObject({ seeds: 3, n: [1, 2, 7], widths: [[16, 32, 64], [32, 64, 128]] })
    expect(draft.value, 'and is one of the list only when it is added').toMatchObject({ seeds: 3, n: [1, 7], widths: [[16, 32, 64]] })
    typed.add()
    expect(draft.value).toMatchObject({ n: [1, 2, 7], widths: [[16, 32, 64], [32, 64, 128]] })
    expect(typed.texts).toEqual({ n: '', widths: '', seeds: '3' })
  })

  it('is a problem while it cannot be read, and leaves the draft as it was', () => {
    const { draft, typed } = firstLook()
    Object.assign(typed.texts, { n: '0', widths: '32, 64', seeds: '' })
    const { n, widths, seeds } = typed.problems.value
    expect([n, widths, seeds].map((problem) => problem !== null)).toEqual([true, true, true])
    typed.add()
    expect(draft.value).toEqual(draftOf(templates[0]!))
    expect(typed.texts.n, 'what is wrong stays to be mended').toBe('0')
  })

  it('goes with its draft', () => {
    const { draft, typed } = firstLook()
    typed.texts.n = '5'
    draft.value = { ...draftOf(templates[1]!), seeds: [5] }
    expect(typed.texts).toEqual({ n: '', widths: '', seeds: '5,' })
    expect(typed.whole.value.seeds).toEqual([5])
  })
})
