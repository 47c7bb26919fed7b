import { type KerasLayer, kerasLayersOf } from '../../../../common/weights/match/keras-layers.ts'
import { type Bytes, WeightsRefusal } from '../source/byte-source.ts'
import { Hdf5File } from '../hdf5/hdf5-file.ts'
import { Hdf5Object } from '../hdf5/hdf5-object.ts'
import type { WeightFile } from '../source/weight-file.ts'
import { legacyTensors } from './legacy-tensors.ts'
import { numberedTexts } from './numbered-texts.ts'
import { variableTensors } from './variable-tensors.ts'

type KerasWeights = Pick<WeightFile, 'tensors' | 'kerasLayers'>

/**
 * Reads weights of Keras: what `model.save('model.h5')` and `save_weights` of any version write. Arrays are named by layer and what they
 * are there: `conv1_conv/kernel`.
 * @param model JSON of the model, where it stands beside the weights; else the file's own
 */
export function readKerasHdf5(bytes: Bytes, model: string | null = null): KerasWeights {
  try {
    const root = new Hdf5Object(new Hdf5File(bytes))
    const layers = layersIn(model ?? root.text('model_config'))
    const weights = root.at('model_weights') ?? root
    const names = numberedTexts(weights, 'layer_names')
    const tensors = names.length > 0 ? legacyTensors(weights, names) : variableTensors(root, layers)
    if (tensors.length === 0) throw new WeightsRefusal('it is HDF5 without arrays of layers; expected weights as Keras saves them')
    return { tensors, kerasLayers: layers }
  } catch (error) {
    // What a number in the file leads to lies outside what was read.
    if (error instanceof RangeError) throw new WeightsRefusal('it is damaged: a number in it leads nowhere')
    throw error
  }
}

function layersIn(model: string | null): KerasLayer[] | null {
  if (model === null) return null
  try {
    return kerasLayersOf(JSON.parse(model))
  } catch {
    throw new WeightsRefusal('what it tells of its model is no JSON')
  }
}
