import { describe, expect, it } from 'vitest'
import {
  expectedSpeed,
  forecast,
  fourInFive,
  learnedSpread,
  type Load,
  type MeasuredSpeed,
  shareBelow,
  stretched,
  workImages,
} from '../../../../src/common/sweep/forecast.ts'

const speed = (changes: Partial<MeasuredSpeed>): MeasuredSpeed => ({
  threads: 1,
  precision: 'fp32',
  multiplyAdds: 40e6,
  batchSize: 128,
  imagesPerSecond: 400,
  startMs: 5000,
  source: 'epochs',
  ...changes,
})
const load = (changes: Partial<Load> = {}): Load => ({ threads: 1, precision: 'fp32', multiplyAdds: 40e6, batchSize: 128, ...changes })
const imagesPerSecond = (wanted: Partial<Load>, speeds: readonly MeasuredSpeed[]) => expectedSpeed(load(wanted), speeds)!.imagesPerSecond

describe('the speed to expect', () => {
  it('the speed to expect is unknown before anything was measured', () => {
    expect(expectedSpeed(load(), [])).toBeNull()
  })

  it('the speed to expect is the measured one for the measured network, whatever else was measured', () => {
    const others = [
      speed({ multiplyAdds: 120e6, imagesPerSecond: 150 }),
      speed({ batchSize: 32, imagesPerSecond: 300 }),
      speed({ source: 'speed-test', imagesPerSecond: 900 }),
    ]
    expect(expectedSpeed(load(), [speed({}), ...others])).toMatchObject({ distance: 0 })
    expect(imagesPerSecond({}, [speed({}), ...others]) / 400).toBeCloseTo(1, 4)
  })

  it('the speed to expect of another size is that of its multiply-adds and of what every image costs besides', () => {
    expect(imagesPerSecond({ multiplyAdds: 20e6 }, [speed({})])).toBeCloseTo((400 * 48) / 28)
    const speeds = [speed({}), speed({ multiplyAdds: 120e6, imagesPerSecond: 150 })]
    const expected = imagesPerSecond({ multiplyAdds: 240e6 }, speeds)
    // A line through both: 0.42 ms an image and 2.08 ms for 40 million multiply-adds.
    expect(expected).toBeGreaterThan(76)
    expect(expected).toBeLessThan(79)
  })

  it('the speed to expect lies between its neighbours and moves without jumps', () => {
    const speeds = [speed({}), speed({ multiplyAdds: 160e6, imagesPerSecond: 200 })]
    const rates = Array.from({ length: 121 }, (_, index) => (40 + index) * 1e6).map(
      (multiplyAdds) => imagesPerSecond({ multiplyAdds }, speeds) * multiplyAdds,
    )
    rates.slice(1).forEach((rate, index) => expect(rate / rates[index]!).toBeLessThan(1.03))
    rates.forEach((rate) => expect(rate).toBeLessThanOrEqual(32e9 * 1.0001))
  })

  it('the speed to expect of other thread counts and precisions is a guess of greater distance, never nothing', () => {
    expect(imagesPerSecond({ threads: 2 }, [speed({})])).toBeCloseTo(800)
    const bf16 = expectedSpeed(load({ precision: 'bf16' }), [speed({})])
    expect(bf16?.imagesPerSecond).toBeGreaterThan(400)
    expect(bf16?.distance).toBe(1)
  })

  it('the speed to expect counts what a run takes beside its epochs, once', () => {
    const images = workImages({ steps: 20, epochs: 2 }, 128, 4 * 720)
    expect(images).toBe(2560 + 1440)
    expect(forecast({ ...load(), images, starts: true }, [speed({})])?.ms).toBeCloseTo(15_000)
    expect(forecast({ ...load(), images, starts: false }, [speed({})])?.ms).toBeCloseTo(10_000)
  })
})

describe('the speed of another depth, against steps that were timed', () => {
  // docs/numbers.md, two threads; the last row one thread of the same machine in whole epochs of the demo, batch 64.
  const depths = { 8: 12.24e6, 14: 26.4e6, 20: 40.55e6, 44: 97.17e6, 56: 125.49e6 } as const
  it.each([
    ['residual-56 from residual-20, fp32', 20, 1533, 56, 576],
    ['residual-20 from residual-56, fp32', 56, 576, 20, 1533],
    ['residual-56 from residual-20, bf16', 20, 1915, 56, 747],
    ['plain-8 from residual-44, whole epochs', 44, 547.6, 8, 2835],
    ['residual-44 from plain-8, whole epochs', 8, 2835, 44, 547.6],
  ] as const)('the time of a step at another depth is within an eighth of that measured: %s', (_name, from, measured, to, real) => {
    const expected = imagesPerSecond({ multiplyAdds: depths[to] }, [speed({ multiplyAdds: depths[from], imagesPerSecond: measured })])
    expect(Math.abs(Math.log(expected / real))).toBeLessThan(Math.log(9 / 8))
  })

  // Images a second of bare steps, batch 64, medians of four interleaved rounds on two cores of an AMD EPYC (2026-11-28).
  it.each([
    ['bf16, one thread', { 8: 3130, 14: 1720, 20: 1185, 32: 746, 56: 439 }],
    ['fp32, one thread', { 8: 2392, 14: 1421, 20: 1003, 32: 640, 56: 374 }],
    ['bf16, two threads', { 8: 4030, 14: 2490, 20: 1715, 32: 1055, 56: 630 }],
  ])('every depth is within an eighth of its time when one other was measured: %s', (_name, rates) => {
    const steps = Object.entries(rates).map(([layers, rate]) => ({
      multiplyAdds: depths[8] + ((Number(layers) - 8) / 6) * (depths[14] - depths[8]),
      rate,
    }))
    for (const from of steps)
      for (const to of steps) {
        const expected = imagesPerSecond({ multiplyAdds: to.multiplyAdds }, [
          speed({ multiplyAdds: from.multiplyAdds, imagesPerSecond: from.rate }),
        ])
        expect(Math.abs(Math.log(expected / to.rate))).toBeLessThan(Math.log(9 / 8))
      }
  })

  it('the speed of another depth, against steps that were timed gives 14 layers their own time, whatever depth was measured', () => {
    for (const speeds of [
      [8, 2835],
      [20, 1000],
      [44, 547.6],
    ].map(([layers, rate]) => [speed({ multiplyAdds: depths[layers as 8], imagesPerSecond: rate! })])) {
      const ratio = imagesPerSecond({ multiplyAdds: depths[8] }, speeds) / imagesPerSecond({ multiplyAdds: depths[14] }, speeds)
      expect(ratio).toBeGreaterThan(1.5)
      expect(ratio).toBeLessThan(1.75)
    }
  })

  it('the time of a step grows by equal steps from depth to depth between two that were measured', () => {
    const speeds = [speed({ multiplyAdds: depths[8], imagesPerSecond: 2835 }), speed({ multiplyAdds: depths[44], imagesPerSecond: 547.6 })]
    const times = [8, 14, 20, 26, 32, 38, 44].map(
      (layers) => 1 / imagesPerSecond({ multiplyAdds: depths[8] + ((layers - 8) / 36) * (depths[44] - depths[8]) }, speeds),
    )
    const growths = times.slice(1).map((time, index) => time - times[index]!)
    for (const growth of growths) expect(Math.abs(growth / growths[0]! - 1)).toBeLessThan(0.1)
  })
})

describe('the spread of forecasts', () => {
  const outcome = (ratio: number, distance = 0) => ({ forecastMs: 1000, measuredMs: 1000 * ratio, distance })

  it('the spread of forecasts is a guess at first, narrows while forecasts come true, and widens when they do not', () => {
    const first = learnedSpread([])
    expect(learnedSpread(Array.from({ length: 20 }, () => outcome(1.02)))).toBeLessThan(first / 1.5)
    expect(learnedSpread(Array.from({ length: 20 }, () => outcome(1.5)))).toBeGreaterThan(2 * first)
  })

  it('the spread of forecasts forgives what was far from anything measured', () => {
    expect(learnedSpread([outcome(1.5, 2)])).toBeLessThan(learnedSpread([outcome(1.5)]))
  })

  it('the spread of forecasts stretches an estimate more the farther it is from what was measured', () => {
    expect(stretched({ ms: 1000, distance: 0 }, 0.1, 0)).toBe(1000)
    expect(stretched({ ms: 1000, distance: 0 }, 0.1, 1)).toBeCloseTo(1105.17, 1)
    expect(stretched({ ms: 1000, distance: 1 }, 0.1, 1)).toBeCloseTo(1221.4, 1)
  })

  it('the spread of forecasts holds four outcomes in five', () => {
    expect(shareBelow(fourInFive) - shareBelow(-fourInFive)).toBeCloseTo(0.8, 4)
    expect(shareBelow(0)).toBeCloseTo(0.5, 6)
  })
})
