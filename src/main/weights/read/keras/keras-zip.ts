import { WeightsRefusal } from '../source/byte-source.ts'
import type { WeightFile } from '../source/weight-file.ts'
import type { ZipEntry } from '../source/zip-directory.ts'
import { readKerasHdf5 } from './keras-hdf5.ts'

/** By which a model of Keras 3 is known. */
export const kerasWeightsEntry = 'model.weights.h5'
const mostModelBytes = 16 * 2 ** 20

/** Reads a model of Keras 3 (`.keras`): a zip of the model as JSON and of HDF5 with its weights, which are read where they lie. */
export function readKerasZip(entries: ReadonlyMap<string, ZipEntry>): Pick<WeightFile, 'tensors' | 'kerasLayers'> {
  const model = entries.get('config.json')
  if (model && model.size > mostModelBytes) throw new WeightsRefusal(`its config.json has ${model.size} bytes, more than any model takes`)
  return readKerasHdf5(entries.get(kerasWeightsEntry)!.open(), model ? model.read().toString('utf8') : null)
}
