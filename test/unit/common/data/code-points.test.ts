import { describe, expect, it } from 'vitest'
import { byCodePoint } from '../../../../src/common/data/code-points.ts'

describe('byCodePoint', () => {
  it('byCodePoint sorts as Python sorts texts: capitals first, and characters of two units after all of one', () => {
    const sorted = ['B', 'a', 'aa', 'ab', 'é', '鳥', '\u{fb01}', '\uffee', '\u{1f600}', '\u{1f601}']
    expect([...sorted].reverse().sort(byCodePoint)).toEqual(sorted)
    expect([...sorted].sort(), 'which plain sorting does not').not.toEqual(sorted)
  })
})
