import { describe, expect, it } from 'vitest'
import { parseClassList } from '../../../../src/common/data/class-list.ts'

describe('a list of classes', () => {
  it.each([
    ['commas between names', 'fly, bee,,wasp ', ['fly', 'bee', 'wasp']],
    ['quotes around names with commas', '"trout, brown", bee, "5"" disk"', ['trout, brown', 'bee', '5" disk']],
    ['quotes that are part of a name', '5" disk, the "big" one, "open', ['5" disk', 'the "big" one', '"open']],
    ['names one a line, commas in them', '\uFEFFtrout, brown\r\n\r\n bee \n', ['trout, brown', 'bee']],
    ['nothing', ' \n ', []],
  ])('a list of classes is read with %s', (_, text, names) => {
    expect(parseClassList(text)).toEqual(names)
  })
})
