import { publicModel } from '../../../common/weights/public-model.ts'
import type { CardOptions } from './card.ts'

/** Says in Python how to load weights, as short as it goes. */
export function loadingLines({ run, format, naming, files }: Pick<CardOptions, 'run' | 'format' | 'naming' | 'files'>): {
  readonly code: readonly string[]
  /** Whole sentences. */
  readonly notes: readonly string[]
} {
  const [height, width, channels] = run.settings.network.inputShape
  const name = JSON.stringify(files[0]!.name)
  if (format === 'onnx')
    return {
      code: [
        'import onnxruntime',
        `session = onnxruntime.InferenceSession(${name})`,
        `scores = session.run(["scores"], {"images": images})[0]  # images: float32 [batch, ${channels}, ${height}, ${width}], 0 to 1`,
      ],
      notes: [],
    }
  if (format === 'savedmodel')
    return {
      code: [
        'import tensorflow as tf',
        `infer = tf.saved_model.load(${name}).signatures["serving_default"]`,
        `scores = infer(images=images)["scores"]  # images: float32 [batch, ${height}, ${width}, ${channels}], 0 to 1`,
      ],
      notes: [],
    }
  const [reader, state] =
    format === 'pytorch'
      ? ['import torch', `torch.load(${name}, weights_only=True)`]
      : ['from safetensors.torch import load_file', `load_file(${name})`]
  const model = publicModel(naming, run.settings.network, run.settings.recipe)
  if (!model)
    return {
      code: [reader, `state = ${state}  # name -> tensor`],
      notes: ['No public code makes this very network, so its model has to be written down; the arrays are named after its layers.'],
    }
  return {
    code: [`${reader}; ${model.imports}`, `model = ${model.expression}`, ...model.changes, `model.load_state_dict(${state}); model.eval()`],
    notes: model.differences,
  }
}
