import { describe, expect, it } from 'vitest'
import { compare, spreadOf } from '../../../bench/comparison.ts'
import { reportText, type Report } from '../../../bench/report.ts'
import { roundOf } from '../../../bench/whole-epoch.ts'

const series = (label: string, speeds: number[], peakRssBytes: number) => ({
  label,
  rounds: speeds.map((imagesPerSecond) => ({ imagesPerSecond, peakRssBytes })),
})

describe('a comparison with the peer', () => {
  it('a comparison with the peer takes the middle of odd and even numbers of rounds', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ median: 20, minimum: 10, maximum: 30 })
    expect(spreadOf([40, 10, 20, 30]).median).toBe(25)
    expect(() => spreadOf([])).toThrow(RangeError)
  })

  it('a comparison with the peer is with the fastest of the peer’s settings, and with that one’s memory', () => {
    const comparison = compare('ResNet-20', 'fp32', series('ours', [200, 220, 240], 500), [
      series('slow', [90, 100, 95], 400),
      series('fast', [100, 110, 160], 1000),
    ])
    expect(comparison).toMatchObject({ peerLabel: 'fast', peakRssBytes: 500, peerPeakRssBytes: 1000, memoryRatio: 0.5 })
  })

  it('a comparison with the peer divides round by round, so that a slow minute of the machine cancels out', () => {
    const { speedRatio } = compare('ResNet-20', 'bf16', series('ours', [200, 100, 50], 1), [series('peer', [100, 50, 25], 1)])
    expect(speedRatio).toEqual({ median: 2, minimum: 2, maximum: 2 })
  })

  it('a comparison with the peer leaves out the time in which an epoch was held, and steps of others', () => {
    const hold = (from: number, bareImagesPerSecond: number) => ({ from, to: from + 1000, bareImagesPerSecond })
    const round = roundOf({ imagesPerSecond: 60, elapsedMs: 10_000, finishedAt: 20_000 }, [
      hold(8_000, 1),
      hold(10_000, 90),
      hold(14_000, 100),
      hold(19_000, 110),
      hold(21_000, 1),
    ])
    expect(round.imagesPerSecond).toBeCloseTo(600 / 7, 10)
    expect(round.bareImagesPerSecond).toBe(100)
    expect(() => roundOf({ imagesPerSecond: 60, elapsedMs: 900, finishedAt: 20_000 }, [hold(21_000, 1)])).toThrow(
      'Expected an epoch of more than 2 s, got 900 ms',
    )
  })

  it('a comparison with the peer says of each bar whether it is met', () => {
    const comparison = compare('ResNet-20', 'fp32', series('Skiplab fp32', [114], 11), [series('PyTorch fp32 NCHW', [100], 10)])
    const report: Report = {
      machine: { cpu: 'a CPU', cores: 2, instructionSets: [], memoryBytes: 8e9, system: 'linux', node: '24', loadAverage: 0 },
      threads: 2,
      batchSize: 128,
      rounds: 1,
      versions: { skiplab: '2', pytorch: null },
      single: [comparison],
      imagenet: [compare('ResNet-18, 64 px', 'bf16', series('Skiplab bf16', [116], 9), [series('PyTorch bf16 compiled', [100], 10)])],
      rooflines: [
        { workload: 'ResNet-18, 64 px', precision: 'fp32', flopsPerSecond: 2e9, groups: [{ group: '3x3', seconds: 2, flops: 6e9 }] },
      ],
      scoring: [],
      heldToAvx2: [],
      packed: [],
      wholeEpochs: [
        { workload: 'ResNet-20', precision: 'fp32', epoch: spreadOf([91]), bareStep: spreadOf([100]), ratio: spreadOf([0.91]) },
      ],
    }
    const text = reportText(report)
    expect(text).toContain('>= 1.15 NOT MET')
    expect(text).toContain('<= 1.00 NOT MET')
    expect(text).toContain('>= 0.90 met')
    expect(text).toContain('>= 1.15 met')
    expect(text).toMatch(/3x3\s+│\s+100 %\s+│\s+3\s+│\s+150 %/)
    expect(text).not.toContain('1 thread each')
    expect(text).not.toContain('AVX2')
  })
})
