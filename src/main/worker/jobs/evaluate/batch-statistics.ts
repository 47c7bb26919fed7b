import type { ScoringBackend } from '../../backend/backend.ts'
import type { PixelSet } from '../../source/streamed/scoring-data.ts'
import type { Pace, ScoringProgress } from './observer.ts'

/**
 * Averages what each BN finds in whole batches of the training images: the mean of the means and the mean of the unbiased variances, in
 * place of moving averages that lag behind the weights (the paper's authors did so for their release of ResNets).
 * @returns running means and variances by name
 */
export async function averagedStatistics(
  backend: ScoringBackend,
  images: PixelSet,
  batchSize: number,
  pace: Pace<ScoringProgress['phase']>,
): Promise<Map<string, Float32Array>> {
  const sums = new Map<string, Float64Array>()
  for (let start = 0; start < images.count; start += batchSize) {
    const { pixels } = await images.read(start, start + batchSize)
    for (const [name, values] of await pace.compute(batchSize, () => backend.batchStatistics(pixels))) {
      const sum = sums.get(name) ?? new Float64Array(values.length)
      values.forEach((value, index) => (sum[index]! += value))
      sums.set(name, sum)
    }
  }
  const batches = images.count / batchSize
  return new Map([...sums].map(([name, sum]) => [name, Float32Array.from(sum, (total) => total / batches)]))
}
