import { writeFileSync } from 'node:fs'
import type { Precision } from '../../src/common/device.ts'
import { buildNetwork } from '../../src/common/network/network.ts'
import { learningRateAt } from '../../src/common/training/schedules/schedules.ts'
import { drawSurvivals, survivalProbabilities } from '../../src/common/training/stochastic-depth.ts'
import { initialState } from '../../src/main/worker/backend/initial-state.ts'
import { TrainingProgram } from '../../src/main/worker/backend/tensorflow/program/training-program.ts'
import { encodeTensorFile } from '../../src/main/worker/checkpoint/safetensors.ts'
import type { Updates } from '../compare-runs.ts'
import { type Batches, imageSize } from './batches.ts'
import { type ParityCase, steps } from './cases.ts'

/** Which branches of stochastic depth survive a step; undefined for nets without it. */
export function survivalsOf({ design }: ParityCase, step: number): Float32Array | undefined {
  return design.survival === undefined ? undefined : drawSurvivals(survivalProbabilities(buildNetwork(design)), 1, step)
}

interface Started extends Updates {
  /** State before the first update. */
  readonly start: ReadonlyMap<string, Float32Array>
}

/** Applies the updates by Skiplab's program; writes the weights from which it starts. */
export function updateHere(
  of: ParityCase,
  { images, labels, mean }: Batches,
  weightsFile: string,
  precision: Precision,
  seed = 1,
): Started {
  const { design, recipe } = of
  const { batchSize } = recipe
  const network = buildNetwork(design)
  const program = new TrainingProgram({ network, recipe, precision, imageCount: labels.length, evaluationBatchSize: batchSize })
  try {
    program.loadData({
      images: (start, end) => images.subarray(start * imageSize, end * imageSize),
      labels,
      mean,
      inverseStd: new Float32Array(3).fill(1),
    })
    const start = initialState(network, seed)
    program.setState(start)
    const shapes = program.stateShapes()
    const tensors = [...start].map(([name, values]) => [name, { shape: shapes.get(name)!, values }] as const)
    writeFileSync(weightsFile, encodeTensorFile({ tensors: new Map(tensors), metadata: {} }))
    const batch = (step: number) => ({
      images: Int32Array.from({ length: batchSize }, (_, image) => step * batchSize + image),
      augmentation: { crops: null, shifts: null },
    })
    const rate = (step: number) => learningRateAt(recipe, step, { steps, stepsPerEpoch: steps }, { warming: false, drops: 0 })
    const firstGradients = program.gradients(batch(0), survivalsOf(of, 0))
    const losses = Array.from({ length: steps }, (_, step) => program.step(batch(step), rate(step), survivalsOf(of, step)).loss)
    return { losses, firstGradients, state: program.state(), start }
  } finally {
    program.dispose()
  }
}
