import { describe, expect, it } from 'vitest'
import { readImportFields, unasked } from '../../../src/renderer/src/features/datasets/import-fields.ts'
import { offeredName } from '../../../src/renderer/src/features/datasets/offered-name.ts'

describe('the fields of an import', () => {
  it('the fields of an import ask for a size and nothing else unless something is typed', () => {
    expect(readImportFields(unasked)).toEqual({ options: { size: 64 }, problem: null })
    expect(readImportFields({ ...unasked, sizing: 'as-is' }).options).toEqual({})
  })

  it('the fields of an import read classes one a line, numbers, a seed and a title', () => {
    const typed = { classes: 'trout, brown\nbee', perClass: '5', testPerClass: ' 2', testShare: '12,5', seed: '7', title: ' Two ' }
    expect(readImportFields({ ...unasked, sizing: 'keep', ...typed }).options).toEqual({
      size: 'keep',
      classes: ['trout, brown', 'bee'],
      perClass: 5,
      testPerClass: 2,
      testShare: 0.125,
      seed: 7,
      title: 'Two',
    })
  })

  it('the fields of an import name the one that is wrong', () => {
    expect(readImportFields({ ...unasked, seed: '-1' })).toMatchObject({
      options: null,
      problem: expect.stringMatching(/^Seed of the draws: /) as string,
    })
    expect(readImportFields({ ...unasked, classes: 'one' }).problem).toMatch(/^Classes: /)
    expect(readImportFields({ ...unasked, side: '' }).problem).toMatch(/^Pixels \(8 to 1024\): /)
  })
})

describe('the name of a download', () => {
  it('the name of a download is its own, with the size where that is taken, or the typed one', () => {
    const shapeOf = (name: string) => ({ 'imagenette-160': [64, 64, 3], 'imagewoof-320': null })[name]
    expect(offeredName('imagewoof-160', '', '128', shapeOf)).toBe('imagewoof-160')
    expect(offeredName('imagenette-160', '', '128', shapeOf)).toBe('imagenette-160-at-128')
    expect(offeredName('imagenette-160', '', 'keep', shapeOf)).toBe('imagenette-160-at-own-size')
    expect(offeredName('imagenette-160', 'mine', '128', shapeOf)).toBe('mine')
    expect(offeredName('imagenette-160', '', '64', shapeOf), 'there at this size').toBe('imagenette-160')
    expect(offeredName('imagewoof-320', '', 'keep', shapeOf), 'there as they are').toBe('imagewoof-320')
    expect(offeredName('imagewoof-320', '', '64', shapeOf)).toBe('imagewoof-320-at-64')
  })
})
