import { WeightsRefusal } from '../source/byte-source.ts'
import type { Hdf5Object } from '../hdf5/hdf5-object.ts'
import type { StoredTensor } from '../source/stored-tensor.ts'
import { numberedTexts } from './numbered-texts.ts'

/**
 * Lists arrays as Keras 1 and 2 write them, and Keras 3 in `.h5`: a group for each layer, which names its arrays in their order, such as
 * `conv1_conv/kernel:0`. Of a model within the model these name its own layers.
 */
export function legacyTensors(weights: Hdf5Object, layerNames: readonly string[]): StoredTensor[] {
  const named = layerNames.flatMap((layer) => {
    const group = weights.at(layer)
    if (!group) throw new WeightsRefusal(`it names a layer ${JSON.stringify(layer.slice(0, 80))} that it does not hold`)
    return numberedTexts(group, 'weight_names').map((name) => {
      const array = group.at(...name.split('/'))
      if (!array) throw new WeightsRefusal(`it names an array ${JSON.stringify(name.slice(0, 80))} that it does not hold`)
      return { array, layer, path: name.replace(/:\d+$/, '').split('/') }
    })
  })
  const short = named.map(({ layer, path }) => `${path.at(-2) ?? layer}/${path.at(-1)!}`)
  // Two models within the model may hold layers of one name.
  const isDistinct = new Set(short).size === short.length
  return named.map(({ array, layer, path }, index) =>
    array.tensor(isDistinct ? short[index]! : `${layer}.${path.slice(0, -1).join('.')}/${path.at(-1)!}`),
  )
}
