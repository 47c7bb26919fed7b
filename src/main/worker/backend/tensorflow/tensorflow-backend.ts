import type { Device } from '../../../../common/device.ts'
import type { BackendOptions, ScoringOptions } from '../backend.ts'
import type { GramOptions } from '../gram-backend.ts'
import type { LayerOptions } from '../layer-backend.ts'
import type { LesionOptions } from '../lesion-backend.ts'
import type { PathOptions } from '../path-backend.ts'
import type { PropagationOptions } from '../propagation-backend.ts'
import { requireDevice } from './graph/device.ts'
import { GramProgram } from './program/gram-program.ts'
import { LayerProgram } from './program/layer-program.ts'
import { LesionProgram } from './program/lesion-program.ts'
import { PathProgram } from './program/path-program.ts'
import { InputGradientProgram, PropagationProgram } from './program/propagation-program.ts'
import { ScoringProgram } from './program/scoring-program.ts'
import { TrainingProgram } from './program/training-program.ts'

/** Images in one branch of the evaluation program: on a CPU so few that what a layer hands to the next stays in its caches. */
const branchSize = { cpu: 50, cuda: 100 }

/**
 * Compiles the network into a TensorFlow program for the device.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowBackend({ device, evaluatedCount, ...options }: BackendOptions): TrainingProgram {
  if (device) requireDevice(device)
  const evaluationBranches = branchesOn(device)
  const largest = Math.min(branchSize[device?.kind ?? 'cuda'], Math.ceil(evaluatedCount / evaluationBranches))
  return new TrainingProgram({ ...options, evaluationBatchSize: evaluationBranches * largest, evaluationBranches })
}

/**
 * Compiles the network into a TensorFlow program that scores images.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowScoring({ device, batchSize, ...options }: ScoringOptions): ScoringProgram {
  if (device) requireDevice(device)
  const branches = branchesOn(device)
  return new ScoringProgram({ ...options, branches, batchSize: branches * Math.ceil(batchSize / branches) })
}

/**
 * Compiles the network into a TensorFlow program that measures its layers.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowLayers({ device, ...options }: LayerOptions): LayerProgram {
  if (device) requireDevice(device)
  // A batch that normalizes by itself is computed as one, and so is one that two branches cannot share.
  const shared = options.statistics === 'running' && options.batchSize % branchesOn(device) === 0
  const branches = shared ? branchesOn(device) : 1
  return new LayerProgram({ ...options, branches })
}

/**
 * Compiles the network into a TensorFlow program that compares its layers.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowGrams({ device, ...options }: GramOptions): GramProgram {
  if (device) requireDevice(device)
  const branches = options.batchSize % branchesOn(device) === 0 ? branchesOn(device) : 1
  return new GramProgram({ ...options, branches })
}

/**
 * Compiles the network into a TensorFlow program that scores it damaged.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowLesions({ device, ...options }: LesionOptions): LesionProgram {
  if (device) requireDevice(device)
  const branches = branchesOn(device)
  return new LesionProgram({ ...options, branches, batchSize: branches * Math.ceil(options.batchSize / branches) })
}

/**
 * Compiles the network into a TensorFlow program that takes gradients through paths.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowPaths({ device, ...options }: PathOptions): PathProgram {
  if (device) requireDevice(device)
  return new PathProgram(options)
}

/**
 * Compiles the network into a TensorFlow program that watches the passes of a training step layer by layer.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowPropagation({ device, ...options }: PropagationOptions): PropagationProgram {
  if (device) requireDevice(device)
  return new PropagationProgram(options)
}

/**
 * Compiles the network into a TensorFlow program that gives gradients with respect to images.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowInputGradients({ device, ...options }: PropagationOptions): InputGradientProgram {
  if (device) requireDevice(device)
  return new InputGradientProgram(options)
}

/** A worker on the CPU lets two ops run side by side when it has two threads or more; see environment.ts. */
function branchesOn(device: Device | null): number {
  return device?.kind === 'cpu' && device.threads > 1 ? 2 : 1
}
