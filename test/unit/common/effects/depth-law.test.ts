import { describe, expect, it } from 'vitest'
import { depthLaw, depthLaws } from '../../../../src/common/effects/depth-law.ts'
import { fitLaw } from '../../../../src/common/effects/law-fit.ts'
import { Random } from '../../../../src/common/training/random.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

// Values of test/fixtures/scipy-laws.py, which also computes what they are held against.
const depths = [20, 32, 44, 56]
const points = (errors: readonly number[]) =>
  errors.map((error, index) => ({ layers: depths[Math.floor(index / 3)]!, seed: (index % 3) + 1, error }))
const power = points([0.0912, 0.0905, 0.0921, 0.0801, 0.0812, 0.0793, 0.0758, 0.0749, 0.0766, 0.0731, 0.0742, 0.0727])
const least = points([0.095, 0.0962, 0.0944, 0.0921, 0.0913, 0.0926, 0.0968, 0.0975, 0.0961, 0.105, 0.1041, 0.1062])

describe('a law of error against depth', () => {
  it('a power law is the least-squares fit that scipy finds', () => {
    const law = fitLaw(power, 'power')!
    expect(law.a).toBeCloseTo(0.06674673, 5)
    expect(law.b).toBeCloseTo(1.11279, 3)
    expect(law.third).toBeCloseTo(1.273566, 4)
    expect(law.squares).toBeCloseTo(5.766897510038e-6, 12)
  })

  it('a law with a minimum is the parabola in ln d that numpy fits', () => {
    const law = fitLaw(least)!
    expect(law.kind).toBe('minimum')
    expect(law.a).toBeCloseTo(0.0914459646, 8)
    expect(law.b).toBeCloseTo(0.0298831925, 8)
    expect(law.third).toBeCloseTo(28.55665768, 5)
  })

  it('a law says its formula, its interval, and that the seeds do not contradict it', () => {
    const law = depthLaw('residual A', power)!
    expect(law).toMatchObject({ kind: 'power', seeds: 3, depths, fits: true })
    expect(law.lackOfFit).toBeCloseTo(0.92443795, 3)
    expect(law.parameter.interval!.low).toBeLessThan(1.27)
    expect(law.parameter.interval!.high).toBeGreaterThan(1.27)
    expect(law.words[0]).toMatch(/^residual A: error = 0\.0667 \+ 1\.11 d\^−1\.27, exponent 1\.27 \(95 % interval /)
    for (const { error, interval } of law.curve) {
      expect(interval!.low).toBeLessThanOrEqual(error)
      expect(interval!.high).toBeGreaterThanOrEqual(error)
    }
  })

  it('a law that does not fit is told so', () => {
    const jagged = points([0.09, 0.0901, 0.0899, 0.06, 0.0601, 0.0599, 0.085, 0.0851, 0.0849, 0.061, 0.0611, 0.0609])
    const law = depthLaw('plain', jagged)!
    expect(law.fits).toBe(false)
    expect(law.words.join(' ')).toContain('It does not fit')
  })

  it('three depths fix a law, one seed gives no interval, and two depths give no law', () => {
    const three = power.filter(({ layers }) => layers < 50)
    expect(depthLaw('residual A', three)).toMatchObject({ fits: null, lackOfFit: null })
    const single = depthLaw(
      'residual A',
      power.filter(({ seed }) => seed === 1),
    )!
    expect(single).toMatchObject({ parameter: { interval: null }, fits: null })
    expect(
      depthLaw(
        'residual A',
        power.filter(({ layers }) => layers < 40),
      ),
    ).toBeNull()
    const rising = depthLaw('plain', points([0.08, 0.08, 0.08, 0.1, 0.1, 0.1, 0.11, 0.11, 0.11, 0.115, 0.115, 0.115]))
    expect(rising, 'an error that rises and levels off has neither law').toBeNull()
  })

  it.each([2, 3, 5])('the interval holds the true error of a simulated law in 88 of 100 simulated sweeps or more: %i seeds', (seeds) => {
    const random = new Random(7)
    let held = 0
    for (let trial = 0; trial < 100; trial++) {
      const drawn = depths.flatMap((layers) =>
        Array.from({ length: seeds }, (_, seed) => ({ layers, seed, error: 0.06 + 0.5 / layers + 0.002 * random.normal() })),
      )
      const law = depthLaw('residual A', drawn)
      const middle = law?.curve[20]
      const truth = 0.06 + 0.5 / (middle?.layers ?? 1)
      if (middle && middle.interval!.low <= truth && truth <= middle.interval!.high) held++
    }
    // 95 % is what is meant; of 100 sweeps 88 are within chance of it.
    expect(held).toBeGreaterThanOrEqual(88)
  })

  it('a least error that hardly bends has no interval of its depth, whatever single draws of seeds say, and a law tells so', () => {
    const random = new Random(3)
    let open = 0
    for (let trial = 0; trial < 30; trial++) {
      const drawn = depths.flatMap((layers) =>
        [1, 2, 3].map((seed) => ({ layers, seed, error: 0.09 - 0.004 * Math.log(layers / 20) + 0.002 * random.normal() })),
      )
      const law = depthLaw('residual A', drawn)
      if (law?.kind !== 'minimum') continue
      const { interval } = law.parameter
      if (interval) expect(interval.high).toBeLessThanOrEqual(560)
      else {
        open++
        expect(law.words.join(' ')).toContain('leave open at which depth it is least')
      }
    }
    expect(open).toBeGreaterThan(0)
  })

  it('laws are of the finished runs of each variant', () => {
    const runs = [3, 5, 7].flatMap((n) =>
      [1, 2].map((seed) => sampleRun({ family: 'residual', n, seed, train: 0.1, test: 0.06 + 0.1 / n + seed / 1000 }).summary),
    )
    const found = depthLaws([...runs, sampleRun({ family: 'plain', n: 3, train: 0.1, test: 0.1 }).summary], 'test')
    expect(found.map(({ variant, depths: own }) => [variant, own])).toEqual([['residual A', [20, 32, 44]]])
  })
})
