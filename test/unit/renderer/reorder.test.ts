import { describe, expect, it } from 'vitest'
import { gapOfKey, moveToGap } from '../../../src/renderer/src/features/queue/reorder.ts'

const list = [1, 2, 3, 4, 5].map((id) => ({ id, priority: id <= 2 ? 5 : 0 }))
const move = (moved: number[], gap: number) => moveToGap(list, new Set(moved), gap)

describe('a move of rows', () => {
  it('a move of rows to a gap puts them before the row behind it', () => {
    expect(move([4], 1)).toEqual({ runIds: [4], to: { before: 2 }, priority: null })
    expect(move([1], 3)).toEqual({ runIds: [1], to: { before: 4 }, priority: null })
  })

  it('a move of rows keeps their order among themselves, whichever was marked first', () => {
    expect(move([5, 2], 0)).toEqual({ runIds: [2, 5], to: { before: 1 }, priority: null })
  })

  it('a move of rows behind the last row takes the priority of those before it', () => {
    expect(move([1], 5)).toEqual({ runIds: [1], to: 'last', priority: 0 })
    expect(move([1, 2, 3, 4, 5], 5)).toBeNull()
  })

  it('a move of rows is not made when it would change nothing', () => {
    expect(move([2], 1)).toBeNull()
    expect(move([2], 2)).toBeNull()
    expect(move([5], 5)).toBeNull()
    expect(move([9], 0)).toBeNull()
  })
})

describe('keys', () => {
  const after = (key: string, moved: number[]) => {
    const gap = gapOfKey(key, list, new Set(moved))
    return gap === null ? null : move(moved, gap)
  }

  it('keys in the queue move one row up and down, to the front and to the end', () => {
    expect(after('ArrowUp', [3])?.to).toEqual({ before: 2 })
    expect(after('ArrowDown', [3])?.to).toEqual({ before: 5 })
    expect(after('ArrowDown', [4])?.to).toBe('last')
    expect(after('Home', [4])?.to).toEqual({ before: 1 })
    expect(after('End', [1])?.to).toBe('last')
  })

  it('keys in the queue do nothing at the edge, and other keys nothing at all', () => {
    expect(after('ArrowUp', [1])).toBeNull()
    expect(after('ArrowDown', [5])).toBeNull()
    expect(after('Enter', [3])).toBeNull()
  })
})
