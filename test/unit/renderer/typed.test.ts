import { describe, expect, it, onTestFinished } from 'vitest'
import { ref } from 'vue'
import { registerArchitecture } from '../../../src/common/network/architectures/architectures.ts'
import { withArchitecture } from '../../../src/renderer/src/features/sweeps/draft-networks.ts'
import { builtInTemplates } from '../../../src/common/sweep/templates.ts'
import { draftOf } from '../../../src/renderer/src/features/sweeps/template-draft.ts'
import { useTyped } from '../../../src/renderer/src/features/sweeps/typed.ts'
import { toy } from '../../fixtures/toy-architecture.ts'

function firstLook() {
  const draft = ref(draftOf(builtInTemplates[0]!))
  return { draft, typed: useTyped(draft) }
}

describe('what is typed into a design', () => {
  it('what is typed into a design counts before the field is left: seeds, a depth and widths', () => {
    const { draft, typed } = firstLook()
    typed.texts.seeds = '3'
    typed.texts.depths = '14'
    typed.texts.widths = '32, 64, 128'
    expect(typed.whole.value).toMatchObject({
      seeds: 3,
      depths: [8, 14, 44],
      widths: [
        [16, 32, 64],
        [32, 64, 128],
      ],
    })
    expect(draft.value, 'and is one of the list only when it is added').toMatchObject({ seeds: 3, depths: [8, 44], widths: [[16, 32, 64]] })
    typed.add()
    expect(draft.value).toMatchObject({
      depths: [8, 14, 44],
      widths: [
        [16, 32, 64],
        [32, 64, 128],
      ],
    })
    expect(typed.texts).toEqual({ depths: '', widths: '', seeds: '3' })
  })

  it.each([
    ['20, 56', [8, 20, 44, 56]],
    ['56 20;8', [8, 20, 44, 56]],
    ['n = 3', [8, 20, 44]],
    ['n3', [8, 20, 44]],
    ['N=3, 9', [8, 20, 44, 56]],
    ['n3, n9', [8, 20, 44, 56]],
    ['32, n5, n9', [8, 32, 44, 56]],
  ])('depths of cifar nets are layers or n of 6n+2: %s', (text, depths) => {
    const { typed } = firstLook()
    typed.texts.depths = text
    expect(typed.problems.value.depths).toBeNull()
    expect(typed.whole.value.depths).toEqual(depths)
  })

  it.each([
    ['×2', [[32, 64, 128]]],
    ['x2', [[32, 64, 128]]],
    ['0.5', [[8, 16, 32]]],
    [
      'x.5 X4',
      [
        [8, 16, 32],
        [64, 128, 256],
      ],
    ],
    ['×1', []],
  ])('widths of a design are also multiples of the usual ones: %s', (text, widths) => {
    const { draft, typed } = firstLook()
    typed.texts.widths = text
    expect(typed.problems.value.widths).toBeNull()
    const all = [[16, 32, 64], ...widths].sort((a, b) => a[0]! - b[0]!)
    typed.add()
    expect(draft.value.widths).toEqual(all)
    expect(typed.texts.widths).toBe('')
  })

  it.each([
    ['x0.3', 'Expected a multiple that gives whole numbers from 1 to 4096; 0.3 times 16, 32, 64 is 4.8, 9.6, 19.2.'],
    ['16', 'Widths are 3 whole numbers from 1 to 4096, one for each stage, such as 16, 32, 64, or a multiple of these, such as ×2.'],
    ['x65', 'Widths are 3 whole numbers from 1 to 4096, one for each stage, such as 16, 32, 64, or a multiple of these, such as ×2.'],
  ])('widths of a design that are no whole numbers, and a number that may become a list, are refused: %s', (text, problem) => {
    const { typed } = firstLook()
    typed.texts.widths = text
    expect(typed.problems.value.widths).toBe(problem)
  })

  it.each([
    ['21', 'CIFAR nets (6n+2) have no 21 layers: n gives 6n+2 layers: 8, 14, 20, 26 and so on; the nearest are 20 and 26.'],
    ['20, 3', 'CIFAR nets (6n+2) have no 3 layers: n gives 6n+2 layers: 8, 14, 20, 26 and so on; the nearest is 8.'],
    ['n = 0', 'CIFAR nets (6n+2) have no 2 layers: n gives 6n+2 layers: 8, 14, 20, 26 and so on; the nearest is 8.'],
    ['n = 400', 'CIFAR nets (6n+2) have no 2402 layers: n gives 6n+2 layers: 8, 14, 20, 26 and so on; the nearest is 2000.'],
    ['n', 'Depths of CIFAR nets (6n+2) are whole numbers of layers, such as 20, 32, or n = 3.'],
    ['20.5', 'Depths of CIFAR nets (6n+2) are whole numbers of layers, such as 20, 32, or n = 3.'],
    ['-20', 'Depths of CIFAR nets (6n+2) are whole numbers of layers, such as 20, 32, or n = 3.'],
    [',', 'Depths of CIFAR nets (6n+2) are whole numbers of layers, such as 20, 32, or n = 3.'],
  ])('a depth that is not there is refused with the nearest: %s', (text, problem) => {
    const { draft, typed } = firstLook()
    typed.texts.depths = text
    expect(typed.problems.value.depths).toBe(problem)
    typed.add()
    expect(draft.value).toEqual(draftOf(builtInTemplates[0]!))
    expect(typed.texts.depths, 'what is wrong stays to be mended').toBe(text)
  })

  it('what is typed into a design is a problem while it cannot be read, and leaves the draft as it was', () => {
    const { draft, typed } = firstLook()
    Object.assign(typed.texts, { depths: '0', widths: '32, 64', seeds: '' })
    const { depths, widths, seeds } = typed.problems.value
    expect([depths, widths, seeds].map((problem) => problem !== null)).toEqual([true, true, true])
    typed.add()
    expect(draft.value).toEqual(draftOf(builtInTemplates[0]!))
  })

  it('what is typed into a design goes with its draft', () => {
    const { draft, typed } = firstLook()
    typed.texts.depths = '32'
    draft.value = { ...draftOf(builtInTemplates[1]!), seeds: [5] }
    expect(typed.texts).toEqual({ depths: '', widths: '', seeds: '5,' })
    expect(typed.whole.value.seeds).toEqual([5])
  })

  it('what is typed into a design is read as the architecture of the design has it', () => {
    onTestFinished(registerArchitecture(toy))
    const { draft, typed } = firstLook()
    draft.value = withArchitecture({ ...draft.value, depths: [] }, 'toy')
    Object.assign(typed.texts, { depths: '38', widths: '2, 4, 6, 8' })
    expect(typed.problems.value).toEqual({ depths: null, widths: null, seeds: null })
    expect(typed.whole.value).toMatchObject({
      depths: [14, 26, 38],
      widths: [
        [2, 4, 6, 8],
        [4, 6, 8, 10],
      ],
    })
    Object.assign(typed.texts, { depths: '20', widths: '16, 32, 64' })
    expect(typed.problems.value).toMatchObject({
      depths: 'Toy nets (12b+2) have no 20 layers: b blocks a stage give 12b+2 layers: 14, 26, 38 and so on; the nearest are 14 and 26.',
      widths: 'Widths are 4 whole numbers from 1 to 4096, one for each stage, such as 4, 6, 8, 10, or a multiple of these, such as ×2.',
    })
    typed.texts.depths = 'n = 3'
    expect(typed.problems.value.depths, 'n is the cifar way').toBe(
      'Depths of Toy nets (12b+2) are whole numbers of layers, such as 14, 26.',
    )
  })
})
