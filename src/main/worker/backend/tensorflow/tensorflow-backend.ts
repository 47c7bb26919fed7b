import type { Device } from '../../../../common/device.ts'
import type { Network } from '../../../../common/network/network.ts'
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

/** Weights from which more time goes into preparing filters than is saved by keeping activations in the caches. */
const manyWeights = 4_000_000

/**
 * Images that the evaluation computes at once, at most: enough to keep a GPU or two threads busy, and what the forecast of memory counts
 * on. One thread alone takes so few of a small network that what a layer hands to the next stays in its caches.
 */
export function evaluationBatchSize(device: Device | null, { parameterCount }: Pick<Network, 'parameterCount'>): number {
  return device?.kind === 'cpu' && device.threads === 1 && parameterCount < manyWeights ? 50 : 100
}

/**
 * Compiles the network into a TensorFlow program for the device.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowBackend({ device, evaluatedCount, ...options }: BackendOptions): TrainingProgram {
  if (device) requireDevice(device)
  return new TrainingProgram({ ...options, evaluationBatchSize: Math.min(evaluationBatchSize(device, options.network), evaluatedCount) })
}

/**
 * Compiles the network into a TensorFlow program that scores images.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowScoring({ device, ...options }: ScoringOptions): ScoringProgram {
  if (device) requireDevice(device)
  return new ScoringProgram(options)
}

/**
 * Compiles the network into a TensorFlow program that measures its layers.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowLayers({ device, ...options }: LayerOptions): LayerProgram {
  if (device) requireDevice(device)
  return new LayerProgram(options)
}

/**
 * Compiles the network into a TensorFlow program that compares its layers.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowGrams({ device, ...options }: GramOptions): GramProgram {
  if (device) requireDevice(device)
  return new GramProgram(options)
}

/**
 * Compiles the network into a TensorFlow program that scores it damaged.
 * @throws DeviceUnavailable where a GPU is asked for and TensorFlow can use none
 */
export function createTensorFlowLesions({ device, ...options }: LesionOptions): LesionProgram {
  if (device) requireDevice(device)
  return new LesionProgram(options)
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
