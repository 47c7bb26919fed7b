import { beforeEach, describe, expect, it } from 'vitest'
import { Store } from '../../../../src/main/store/store.ts'
import { newRun } from '../../../support/new-run.ts'

let store = new Store(':memory:')
const order = () => store.queue.candidates().map((candidate) => candidate.id)

beforeEach(() => {
  store = new Store(':memory:')
  for (let index = 0; index < 5; index++) store.runs.insert(newRun())
})

describe('the queue', () => {
  it('the queue goes first come, first served', () => {
    expect(order()).toEqual([1, 2, 3, 4, 5])
  })

  it('the queue puts higher priorities first', () => {
    store.queue.setPriority(4, 10)
    store.queue.setPriority(1, -1)
    expect(order()).toEqual([4, 2, 3, 5, 1])
  })

  it('the queue moves runs to the front, to the end, and before another, in the order given', () => {
    store.queue.move([4, 2], 'first')
    expect(order()).toEqual([4, 2, 1, 3, 5])
    store.queue.move([4], 'last')
    expect(order()).toEqual([2, 1, 3, 5, 4])
    store.queue.move([4, 5], { before: 1 })
    expect(order()).toEqual([2, 4, 5, 1, 3])
  })

  it('the queue gives a run that is moved before another the same priority', () => {
    store.queue.setPriority(3, 5)
    store.queue.move([5], { before: 3 })
    expect(order()).toEqual([5, 3, 1, 2, 4])
  })

  it('the queue can be moved about for ever between the same two', () => {
    for (let turn = 0; turn < 200; turn++) {
      store.queue.move([5], { before: 2 })
      store.queue.move([4], { before: 5 })
      store.queue.move([5], { before: 4 })
      store.queue.move([4], { before: 2 })
    }
    expect(order()).toEqual([1, 5, 4, 2, 3])
  })

  it('the queue refuses to move a run before itself or before nothing', () => {
    expect(() => store.queue.move([2], { before: 2 })).toThrow(/before itself/)
    expect(() => store.queue.move([2], { before: 99 })).toThrow(/no run 99/)
  })

  it('the queue holds waiting and interrupted runs only', () => {
    store.runs.change(1, { state: 'paused' })
    store.runs.change(2, { state: 'interrupted' })
    store.runs.change(3, { state: 'held' })
    expect(order()).toEqual([2, 4, 5])
  })

  it('the queue remembers that it is paused', () => {
    expect(store.queue.paused).toBe(false)
    store.queue.setPaused(true)
    expect(store.queue.paused).toBe(true)
  })
})
