import type { LayerStatistic, SplitResult } from '../../common/rpc/records.ts'
import type { TrainingProgram } from './program/training-program.ts'

/** Called before each blocking call: lets messages in. @returns false when the work is to be left */
type MayGoOn = () => Promise<boolean>

/**
 * Mean loss and error of each set of images with running statistics; zeros for an empty set.
 * @returns null when it was left before its end
 */
export async function evaluate(program: TrainingProgram, sets: readonly Int32Array[], mayGoOn: MayGoOn): Promise<SplitResult[] | null> {
  const results: SplitResult[] = []
  for (const indices of sets) {
    let loss = 0
    let error = 0
    for (const batch of batches(program, indices)) {
      if (!(await mayGoOn())) return null
      const { losses, errors } = program.evaluate(batch)
      loss += losses.reduce((sum, value) => sum + value, 0)
      error += errors.reduce((sum, value) => sum + value, 0)
    }
    results.push({ loss: loss / Math.max(1, indices.length), error: error / Math.max(1, indices.length) })
  }
  return results
}

/**
 * Mean and standard deviation of each layer's response over all values of the images; none without images.
 * @returns null when it was left before its end
 */
export async function layerStatistics(program: TrainingProgram, indices: Int32Array, mayGoOn: MayGoOn): Promise<Omit<LayerStatistic, 'epoch'>[] | null> {
  const sums = new Map<string, { mean: number; square: number }>()
  for (const batch of batches(program, indices)) {
    if (!(await mayGoOn())) return null
    for (const { layer, means, variances } of program.responseMoments(batch)) {
      const sum = sums.get(layer) ?? { mean: 0, square: 0 }
      means.forEach((mean, image) => {
        sum.mean += mean
        sum.square += variances[image]! + mean * mean
      })
      sums.set(layer, sum)
    }
  }
  return [...sums].map(([layer, sum]) => {
    const mean = sum.mean / indices.length
    return { layer, mean, std: Math.sqrt(Math.max(0, sum.square / indices.length - mean * mean)) }
  })
}

/** Images in one run of the evaluation program, the last one possibly fewer. */
function* batches(program: TrainingProgram, indices: Int32Array): Generator<Int32Array> {
  const size = program.options.evaluationBatchSize
  for (let offset = 0; offset < indices.length; offset += size) yield indices.subarray(offset, offset + size)
}
