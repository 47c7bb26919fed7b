import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openWeights } from '../../../../../src/main/weights/read/open-weights.ts'
import { hdf5File, kerasLegacyFile, kerasModel, kerasVariablesFile, kerasZip } from '../../../../support/hdf5-files.ts'
import type { FileTensor } from '../../../../support/weight-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'skiplab-keras-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** All that a file tells: arrays with their numbers, and layers of its model. */
function read(bytes: Buffer) {
  const path = join(folder, 'weights')
  writeFileSync(path, bytes)
  const file = openWeights(path)
  try {
    const tensors = file.tensors.map(({ name, type, shape, values }) => ({ name, type, shape, values: values() }))
    return { format: file.format, tensors, layers: file.kerasLayers }
  } finally {
    file.close()
  }
}

let next = 0
const array = (name: string, ...shape: number[]): FileTensor => {
  const count = shape.reduce((product, side) => product * side, 1)
  return { name, shape, values: Float32Array.from({ length: count }, () => (next += 0.5)) }
}
/** A convolution and its BN, `count` times. */
const network = (count: number, names: (index: number) => readonly [convolution: string, normalization: string]) =>
  Array.from({ length: count }, (_, index) => {
    const [convolution, normalization] = names(index)
    return [
      array(`${convolution}/kernel`, 3, 3, 2, 2),
      array(`${convolution}/bias`, 2),
      ...['gamma', 'beta', 'moving_mean', 'moving_variance'].map((leaf) => array(`${normalization}/${leaf}`, 2)),
    ]
  }).flat()
const arraysOf = (tensors: readonly FileTensor[]) =>
  tensors.map(({ name, shape, values }) => ({ name, type: 'float32', shape: [...shape], values }))
const classOf = (layer: string) => (layer.includes('bn') ? 'batch_normalization' : layer.includes('fc') ? 'dense' : 'conv2d')

describe('weights of Keras', () => {
  it('weights that Keras wrote into .h5 come by layer and name, in the order of the model', () => {
    const tensors = network(12, (index) => [`conv_${index}`, `bn_${index}`])
    expect(read(kerasLegacyFile(tensors))).toEqual({ format: 'keras-hdf5', tensors: arraysOf(tensors), layers: null })
  })

  it('a model that Keras wrote into .h5 tells its layers too', () => {
    const tensors = network(1, () => ['conv', 'bn'])
    const model = kerasModel([
      ['Conv2D', { name: 'conv', padding: 'same' }],
      ['BatchNormalization', { name: 'bn', epsilon: 0.001 }],
    ])
    const found = read(kerasLegacyFile(tensors, model))
    expect(found.tensors).toEqual(arraysOf(tensors))
    expect(found.layers).toMatchObject([
      { name: 'conv', className: 'Conv2D', config: { padding: 'same' }, layers: [] },
      { name: 'bn', className: 'BatchNormalization', config: { epsilon: 0.001 }, layers: [] },
    ])
  })

  it('weights of Keras 3 come by class and number, without those of the optimizer', () => {
    const tensors = network(12, (index) =>
      index === 0 ? ['conv2d', 'batch_normalization'] : [`conv2d_${index}`, `batch_normalization_${index}`],
    )
    const found = read(kerasVariablesFile(tensors, (layer) => (layer.startsWith('conv') ? 'conv2d' : 'batch_normalization')))
    const byName = new Map(arraysOf(tensors).map((each) => [each.name, each]))
    expect(found.tensors.map(({ name }) => name).filter((name) => name.endsWith('/kernel'))).toEqual(
      tensors.map(({ name }) => name).filter((name) => name.endsWith('/kernel')),
    )
    expect(new Map(found.tensors.map((each) => [each.name, each]))).toEqual(byName)
  })

  it('a model of Keras 3 gives its layers the names that people gave, in the order of the model', () => {
    const tensors = [...network(11, (index) => [`stem_${index}`, `bn_${10 - index}`]), array('fc/kernel', 2, 4), array('fc/bias', 4)]
    const layers = tensors
      .filter(({ name }) => /kernel|gamma/.test(name))
      .map(({ name }) => name.split('/')[0]!)
      .map((name) => [{ conv2d: 'Conv2D', batch_normalization: 'BatchNormalization', dense: 'Dense' }[classOf(name)], { name }] as const)
    const found = read(kerasZip(kerasVariablesFile(tensors, classOf), kerasModel([['InputLayer', { name: 'input' }], ...layers])))
    expect(found.format).toBe('keras')
    expect(found.tensors).toEqual(arraysOf(tensors))
  })

  it('a BN without scale or offset is told by the model', () => {
    const tensors = [array('bn/beta', 2), array('bn/moving_mean', 2), array('bn/moving_variance', 2)]
    const model = kerasModel([['BatchNormalization', { name: 'bn', scale: false }]])
    expect(
      read(
        kerasZip(
          kerasVariablesFile(tensors, () => 'batch_normalization'),
          model,
        ),
      ).tensors,
    ).toEqual(arraysOf(tensors))
  })

  it('a model within the model brings the names of its own layers', () => {
    const inner = array('backbone/kernel', 1, 1, 2, 2)
    const members = { layers: { members: { conv2d: { members: { vars: { members: { '0': inner } } } } } } }
    const weights = hdf5File({ members: { layers: { members: { functional: { members } } } } })
    const backbone = { name: 'backbone', layers: [{ class_name: 'Conv2D', config: { name: 'first' } }] }
    const found = read(kerasZip(weights, kerasModel([['Functional', backbone]])))
    expect(found.tensors.map(({ name }) => name)).toEqual(['first/kernel'])
    expect(found.layers?.[0]?.layers).toMatchObject([{ name: 'first' }])
  })
})
