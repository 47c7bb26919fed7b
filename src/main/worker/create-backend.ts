import type { Backend, BackendOptions, ScoringBackend, ScoringOptions } from './backend/backend.ts'
import type { GramBackend, GramOptions } from './backend/gram-backend.ts'
import type { LayerBackend, LayerOptions } from './backend/layer-backend.ts'
import type { LesionBackend, LesionOptions } from './backend/lesion-backend.ts'
import type { PathBackend, PathOptions } from './backend/path-backend.ts'
import type { InputGradientBackend, PropagationBackend, PropagationOptions } from './backend/propagation-backend.ts'
import {
  createTensorFlowBackend,
  createTensorFlowGrams,
  createTensorFlowInputGradients,
  createTensorFlowLayers,
  createTensorFlowLesions,
  createTensorFlowPaths,
  createTensorFlowPropagation,
  createTensorFlowScoring,
} from './backend/tensorflow/tensorflow-backend.ts'

/**
 * Chooses what computes on a device: TensorFlow, on CPUs and NVIDIA GPUs. The one place that knows which backends there are.
 * @throws DeviceUnavailable
 */
export function createBackend(options: BackendOptions): Backend {
  switch (options.device?.kind) {
    case undefined:
    case 'cpu':
    case 'cuda':
      return createTensorFlowBackend(options)
  }
}

/** Chooses the same for networks that are tested. @throws DeviceUnavailable */
export function createScoringBackend(options: ScoringOptions): ScoringBackend {
  switch (options.device?.kind) {
    case undefined:
    case 'cpu':
    case 'cuda':
      return createTensorFlowScoring(options)
  }
}

/** Chooses the same for networks whose layers are measured. @throws DeviceUnavailable */
export function createLayerBackend(options: LayerOptions): LayerBackend {
  switch (options.device?.kind) {
    case undefined:
    case 'cpu':
    case 'cuda':
      return createTensorFlowLayers(options)
  }
}

/** Chooses the same for networks whose layers are compared. @throws DeviceUnavailable */
export function createGramBackend(options: GramOptions): GramBackend {
  switch (options.device?.kind) {
    case undefined:
    case 'cpu':
    case 'cuda':
      return createTensorFlowGrams(options)
  }
}

/** Chooses the same for networks whose blocks are damaged. @throws DeviceUnavailable */
export function createLesionBackend(options: LesionOptions): LesionBackend {
  switch (options.device?.kind) {
    case undefined:
    case 'cpu':
    case 'cuda':
      return createTensorFlowLesions(options)
  }
}

/** Chooses the same for gradients through paths. @throws DeviceUnavailable */
export function createPathBackend(options: PathOptions): PathBackend {
  switch (options.device?.kind) {
    case undefined:
    case 'cpu':
    case 'cuda':
      return createTensorFlowPaths(options)
  }
}

/** Chooses the same for passes that are watched layer by layer. @throws DeviceUnavailable */
export function createPropagationBackend(options: PropagationOptions): PropagationBackend {
  switch (options.device?.kind) {
    case undefined:
    case 'cpu':
    case 'cuda':
      return createTensorFlowPropagation(options)
  }
}

/** Chooses the same for gradients with respect to images. @throws DeviceUnavailable */
export function createInputGradientBackend(options: PropagationOptions): InputGradientBackend {
  switch (options.device?.kind) {
    case undefined:
    case 'cpu':
    case 'cuda':
      return createTensorFlowInputGradients(options)
  }
}
