import type { Backend, BackendOptions, ScoringBackend, ScoringOptions } from './backend/backend.ts'
import type { GramBackend, GramOptions } from './backend/gram-backend.ts'
import type { LayerBackend, LayerOptions } from './backend/layer-backend.ts'
import {
  createTensorFlowBackend,
  createTensorFlowGrams,
  createTensorFlowLayers,
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
