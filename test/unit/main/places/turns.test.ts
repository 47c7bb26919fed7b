import { expect, it } from 'vitest'
import { Turns } from '../../../../src/main/places/turns.ts'

it('no more works go on at a time than there are turns, in order, and one that fails frees its turn', async () => {
  const turns = new Turns(2)
  let [going, most] = [0, 0]
  const order: number[] = []
  const work = (number: number) =>
    turns.take(async () => {
      order.push(number)
      most = Math.max(most, ++going)
      await new Promise((resolve) => setImmediate(resolve))
      going--
      if (number === 1) throw new Error('failed')
      return number
    })
  const ends = await Promise.allSettled([0, 1, 2, 3, 4].map(work))
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
  expect(order).toEqual([0, 1, 2, 3, 4])
  expect(most).toBe(2)
})
