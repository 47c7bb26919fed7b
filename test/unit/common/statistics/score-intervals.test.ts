import { describe, expect, it } from 'vitest'
import { pairedInterval, wilsonInterval } from '../../../../src/common/statistics/score-intervals.ts'

describe('intervals by scores', () => {
  it('intervals by scores of a share are Wilson’s, also of none and of all', () => {
    // scipy: binomtest(k, n).proportion_ci(0.95, 'wilson')
    for (const [successes, trials, low, high] of [
      [15, 20, 0.5312991, 0.8881383],
      [3, 7, 0.1582199, 0.7495416],
      [0, 10, 0, 0.2775328],
      [13, 13, 0.7719046, 1],
    ] as const) {
      const found = wilsonInterval(successes, trials)
      expect(found.low, `${successes} of ${trials}`).toBeCloseTo(low, 6)
      expect(found.high, `${successes} of ${trials}`).toBeCloseTo(high, 6)
    }
  })

  it('intervals by scores of a difference in pairs end where its likelihood lets the counts be 1.96 standard errors away', () => {
    for (const [gained, lost, pairs] of [
      [1, 3, 44],
      [40, 5, 2000],
      [0, 6, 100],
      [7, 0, 30],
    ] as const) {
      const { low, high } = pairedInterval(gained, lost, pairs)
      expect(low).toBeLessThan((gained - lost) / pairs)
      expect(high).toBeGreaterThan((gained - lost) / pairs)
      expect(scoreBySearch(gained, lost, pairs, low)).toBeCloseTo(1.96, 3)
      expect(scoreBySearch(gained, lost, pairs, high)).toBeCloseTo(-1.96, 3)
    }
  })

  it('intervals by scores of a difference in pairs have a width where no pair differs: z²/(n + z²)', () => {
    const { low, high } = pairedInterval(0, 0, 2000)
    expect(high).toBeCloseTo(1.96 ** 2 / (2000 + 1.96 ** 2), 6)
    expect(low).toBeCloseTo(-high, 9)
    const mirrored = [pairedInterval(9, 2, 50), pairedInterval(2, 9, 50)] as const
    expect(mirrored[0].low).toBeCloseTo(-mirrored[1].high, 9)
  })
})

/** The score with the likeliest share found by search instead of by its formula. */
function scoreBySearch(gained: number, lost: number, pairs: number, difference: number): number {
  const log = (count: number, share: number) => (count === 0 ? 0 : count * Math.log(Math.max(1e-300, share)))
  const likelihood = (share: number) =>
    log(gained, share + difference) + log(lost, share) + log(pairs - gained - lost, 1 - 2 * share - difference)
  let [from, to] = [Math.max(0, -difference), (1 - difference) / 2]
  for (let step = 0; step < 200; step++) {
    const [a, b] = [from + (to - from) / 3, to - (to - from) / 3]
    if (likelihood(a) < likelihood(b)) from = a
    else to = b
  }
  const variance = pairs * ((from + to) / 2 + (from + to) / 2 + difference - difference ** 2)
  return (gained - lost - pairs * difference) / Math.sqrt(variance)
}
