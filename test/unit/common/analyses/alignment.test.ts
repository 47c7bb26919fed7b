import { describe, expect, it } from 'vitest'
import { AlignmentSums, centredGrams } from '../../../../src/common/analyses/similarity/alignment.ts'
import { Random } from '../../../../src/common/training/random.ts'

type Features = number[][]

/** The same numbers as in numpy: np.sin(scale * (i + 1) * (j + 1) + shift). */
const waves = (images: number, size: number, scale: number, shift: number): Features =>
  Array.from({ length: images }, (_, i) => Array.from({ length: size }, (_, j) => Math.sin(scale * (i + 1) * (j + 1) + shift)))

const gramOf = (features: Features): Float64Array =>
  Float64Array.from(features.flatMap((a) => features.map((b) => a.reduce((sum, value, at) => sum + value * b[at]!, 0))))

/** HSIC1 as Song et al. 2012 write it in eq. 5, with whole matrices. */
function hsic(x: Features, y: Features): number {
  const n = x.length
  const withoutDiagonal = (features: Features) => {
    const gram = gramOf(features)
    return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 0 : gram[i * n + j]!)))
  }
  const [k, l] = [withoutDiagonal(x), withoutDiagonal(y)]
  const product = k.map((row) => l[0]!.map((_, j) => row.reduce((sum, value, at) => sum + value * l[at]![j]!, 0)))
  const sum = (matrix: number[][]) => matrix.flat().reduce((total, value) => total + value, 0)
  const trace = product.reduce((total, row, i) => total + row[i]!, 0)
  return (trace + (sum(k) * sum(l)) / ((n - 1) * (n - 2)) - (2 * sum(product)) / (n - 2)) / (n * (n - 3))
}

function alignment(batches: readonly (readonly [Features, Features])[]): number {
  const sums = new AlignmentSums(1, 1)
  for (const [x, y] of batches) sums.add(centredGrams(gramOf(x), x.length), centredGrams(gramOf(y), y.length))
  return sums.alignments()[0]![0]!
}

describe('linear CKA', () => {
  const [x, y] = [waves(12, 7, 0.37, 0.2), waves(12, 5, 0.61, 1.1)]

  it('linear CKA is HSIC1 of the two outputs over those of each with itself', () => {
    expect(alignment([[x, y]])).toBeCloseTo(hsic(x, y) / Math.sqrt(hsic(x, x) * hsic(y, y)), 12)
  })

  it('linear CKA over two batches sums HSIC1 before it divides, and is that of numpy', () => {
    const halves = [0, 6].map((start) => [x.slice(start, start + 6), y.slice(start, start + 6)] as const)
    const total = (of: (a: Features, b: Features) => number) => halves.reduce((sum, [a, b]) => sum + of(a, b), 0)
    expect(alignment(halves)).toBeCloseTo(total(hsic) / Math.sqrt(total((a) => hsic(a, a)) * total((_, b) => hsic(b, b))), 12)
    expect(alignment(halves)).toBeCloseTo(0.12274563861002567, 9)
    expect(alignment([[x, y]])).toBeCloseTo(0.14433815590746535, 9)
  })

  it('linear CKA does not change with rotation, isotropic scale and shift of one output', () => {
    const random = new Random(4)
    const [a, b] = [random.uniform() * 6, random.uniform() * 6]
    const turn = (row: number[]) => {
      const [first, second, third, ...rest] = row as [number, number, number, ...number[]]
      const [u, v] = [Math.cos(a) * first - Math.sin(a) * second, Math.sin(a) * first + Math.cos(a) * second]
      return [u, Math.cos(b) * v - Math.sin(b) * third, Math.sin(b) * v + Math.cos(b) * third, ...rest]
    }
    const moved = x.map((row) => turn(row).map((value) => 3.5 * value + 2))
    expect(alignment([[moved, y]])).toBeCloseTo(alignment([[x, y]]), 10)
    const stretched = x.map(([first, ...rest]) => [4 * first!, ...rest])
    expect(Math.abs(alignment([[stretched, y]]) - alignment([[x, y]]))).toBeGreaterThan(1e-3)
  })

  it('linear CKA of a network with itself is symmetric and 1 on the diagonal, and null for an output that is always the same', () => {
    const same = x.map(() => [0, 0, 0])
    const grams = centredGrams(Float64Array.from([x, y, same].flatMap((features) => [...gramOf(features)])), 12)
    const sums = new AlignmentSums(3, 3)
    sums.add(grams, grams)
    const [[xx, xy], [yx, yy], [sx, , ss]] = sums.alignments() as [number[], number[], (number | null)[]]
    expect([xx, yy]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)])
    expect(yx).toBe(xy)
    expect([sx, ss]).toEqual([null, null])
  })

  it('the expectation of unbiased CKA of unrelated outputs is about 0, however few the images of a batch', () => {
    const random = new Random(9)
    const noise = (size: number): Features => Array.from({ length: 6 }, () => Array.from({ length: size }, () => random.normal()))
    const batches = Array.from({ length: 400 }, () => [noise(20), noise(20)] as const)
    expect(Math.abs(alignment(batches))).toBeLessThan(0.05)
  })
})
