import type { BackendOptions } from '../backend.ts'
import { requireDevice } from './graph/device.ts'
import { TrainingProgram } from './program/training-program.ts'

/** Images in one branch of the evaluation program: on a CPU so few that what a layer hands to the next stays in its caches. */
const branchSize = { cpu: 50, cuda: 100 }

/**
 * Compiles the network into a TensorFlow program for the device.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowBackend({ device, evaluatedCount, ...options }: BackendOptions): TrainingProgram {
  if (device) requireDevice(device)
  // A worker on the CPU lets two ops run side by side when it has two threads or more; see environment.ts.
  const evaluationBranches = device?.kind === 'cpu' && device.threads > 1 ? 2 : 1
  const largest = Math.min(branchSize[device?.kind ?? 'cuda'], Math.ceil(evaluatedCount / evaluationBranches))
  return new TrainingProgram({ ...options, evaluationBatchSize: evaluationBranches * largest, evaluationBranches })
}
