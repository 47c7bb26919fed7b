import { expect, it } from 'vitest'
import { effectivePaths, normFactor, pathShares } from '../../../../src/common/lesions/path-shares.ts'

it('where each block halves the gradient, shares by length are the binomial distribution with a third', () => {
  // C(n, k) / 2^k over its sum (3/2)^n is C(n, k) (1/3)^k (2/3)^(n-k).
  const n = 6
  const lengths = pathShares(Array.from({ length: n + 1 }, (_, length) => [2 ** -length, 2 ** -length]))
  const binomial = [64, 192, 240, 160, 60, 12, 1].map((count) => count / 729)
  lengths.forEach(({ share, std, norm, length }, index) => {
    expect(share).toBeCloseTo(binomial[index]!, 12)
    expect(std).toBe(0)
    expect(norm).toBe(2 ** -length)
  })
  expect(10 ** lengths[3]!.logPaths).toBeCloseTo(20, 9)
  expect(normFactor(lengths)).toBeCloseTo(0.5, 12)
})

it('effective paths are the shortest range of lengths with 95 % of the gradient', () => {
  const lengths = pathShares(Array.from({ length: 7 }, (_, length) => [2 ** -length]))
  // Lengths 0 to 4 hold 716 of 729 parts, 1 to 4 652, 0 to 3 656.
  expect(effectivePaths(lengths)).toMatchObject({ from: 0, to: 4 })
  expect(effectivePaths(lengths)!.share).toBeCloseTo(716 / 729, 12)
  expect(effectivePaths(lengths)!.ofPaths).toBeCloseTo((1 + 6 + 15 + 20 + 15) / 64, 12)
  expect(effectivePaths(lengths, 0.85)).toMatchObject({ from: 0, to: 3 })
})

it('shares stay numbers where there are 1e32 paths whose gradients are as small', () => {
  const lengths = pathShares(Array.from({ length: 111 }, (_, length) => [1e-3 ** length]))
  expect(lengths.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12)
  expect(lengths[55]!.logPaths).toBeGreaterThan(31)
  expect(pathShares([[0], [0]]).map(({ share }) => share)).toEqual([0, 0])
  expect(effectivePaths(pathShares([[0], [0]]))).toBeNull()
})
