import { describe, expect, it } from 'vitest'
import type { MeasuredSpeed } from '../../../../src/common/sweep/forecast.ts'
import { forecastJob, type JobLoad, type MeasuredJob } from '../../../../src/common/sweep/job-forecast.ts'

const speed: MeasuredSpeed = {
  ...{ threads: 1, precision: 'fp32', multiplyAdds: 40e6, batchSize: 100, imagesPerSecond: 400, startMs: 5000, source: 'epochs' },
}
const images = 10_000
const job = (changes: Partial<JobLoad> = {}): JobLoad => ({
  ...{ sort: '10-crop', work: images * 40e6, multiplyAdds: 40e6, threads: 1, precision: 'fp32' },
  ...changes,
})
const measured = (ms: number, changes: Partial<JobLoad> = {}): MeasuredJob => ({ ...job(changes), ms })
const msOf = (of: JobLoad, known: readonly MeasuredJob[] = []) => forecastJob(of, [speed], known)!.ms

describe('the forecast of a test or an analysis', () => {
  it('is unknown where no training speed is', () => {
    expect(forecastJob(job(), [], [measured(1000)])).toBeNull()
  })

  it('takes a forward pass as a quarter of a training step before anything of its sort was measured', () => {
    expect(msOf(job())).toBeCloseTo(5000 + (0.25 * images * 1000) / 400, -1)
    expect(msOf(job({ work: 2 * images * 40e6 })) - msOf(job())).toBeCloseTo((0.25 * images * 1000) / 400, -1)
  })

  it('learns from those of its sort, near networks before far ones, and from no others', () => {
    const guess = msOf(job())
    expect(msOf(job(), [measured(3 * guess, { sort: 'multi-scale' })])).toBe(guess)
    const once = msOf(job(), [measured(3 * guess)])
    expect(once / guess).toBeGreaterThan(2)
    expect(msOf(job(), Array(10).fill(measured(3 * guess))) / guess).toBeCloseTo(3, 0)
    const far = measured(3 * msOf(job({ multiplyAdds: 4e9, work: images * 4e9 })), { multiplyAdds: 4e9, work: images * 4e9 })
    expect(msOf(job(), [far])).toBeLessThan(once)
    expect(msOf(job(), [far])).toBeGreaterThan(guess)
  })

  it('is surer of what was measured than of a guess', () => {
    const distance = (known: readonly MeasuredJob[]) => forecastJob(job(), [speed], known)!.distance
    expect(distance([measured(9000)])).toBeLessThan(distance([]))
  })
})
