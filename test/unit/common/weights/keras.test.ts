import { describe, expect, it } from 'vitest'
import { designAt, type NetworkDesignInput } from '../../../../src/common/network/design.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { kerasApplications } from '../../../../src/common/weights/habits/keras-applications.ts'
import { conventionsOf } from '../../../../src/common/weights/match/conventions.ts'
import { fileArrays, type NamedShape } from '../../../../src/common/weights/match/file-arrays.ts'
import { hasStrideInMiddle } from '../../../../src/common/weights/match/keras-conventions.ts'
import { kerasLayersOf } from '../../../../src/common/weights/match/keras-layers.ts'
import { matchWeights } from '../../../../src/common/weights/match/match.ts'
import { recognizeNetwork } from '../../../../src/common/weights/match/recognize.ts'
import { kerasModel } from '../../../support/hdf5-files.ts'

const imagenet = { architecture: 'imagenet', family: 'residual', shortcut: 'B', classes: 1000 } as const
const resnet50: NetworkDesignInput = {
  ...{ ...imagenet, inputShape: [224, 224, 3], blockKind: 'bottleneck', blocks: [3, 4, 6, 3], bottleneckStride: '1x1' },
}
const vgg16: NetworkDesignInput = {
  ...{ architecture: 'vgg', family: 'plain', layers: 16, headWidth: 4096, normalization: 'none', classes: 1000, inputShape: [224, 224, 3] },
}

/** Arrays as Keras names and lays them out, with a bias beside each convolution. */
function inKeras(design: NetworkDesignInput): NamedShape[] {
  const network = buildNetwork(design)
  const arrays = kerasApplications.names(network).map(({ theirs, shape, ours }) => {
    const [module, leaf] = theirs.split('.') as [string, string]
    const isNormalization = ours.includes('normalization')
    const leaves = isNormalization
      ? { weight: 'gamma', bias: 'beta', running_mean: 'moving_mean', running_var: 'moving_variance' }
      : { weight: 'kernel', bias: 'bias' }
    return { name: `${module}/${leaves[leaf as keyof typeof leaves]}`, shape }
  })
  const known = new Set(arrays.map(({ name }) => name))
  return arrays.flatMap((array) => {
    const bias = array.name.replace(/kernel$/, 'bias')
    return known.has(bias) ? [array] : [array, { name: bias, shape: [array.shape.at(-1)!] }]
  })
}

const layersOf = (...layers: Parameters<typeof kerasModel>[0]) => kerasLayersOf(JSON.parse(kerasModel(layers)))

describe('networks of Keras', () => {
  it.each([
    ['ResNet-50', resnet50],
    ['VGG-16', vgg16],
  ])('%s of keras.applications is recognised and paired by name, its biases in front of BN go into the means', (_, design) => {
    const expected = buildNetwork(design)
    const arrays = fileArrays(inKeras(design))
    const { network } = recognizeNetwork(arrays)
    expect(buildNetwork(designAt(network!.architecture, network!)).design).toEqual(expected.design)
    const match = matchWeights(expected, arrays)
    expect(match).toMatchObject({ by: 'keras.applications', mismatches: [] })
    const biases = expected.layers.filter(
      ({ kind, attributes }) => kind === 'convolution' && 'bias' in attributes && attributes.bias === null,
    )
    expect(match.folded).toHaveLength(biases.length)
    expect(match.arrays.every(({ from }) => from.isOwnLayout)).toBe(true)
  })

  /** What Keras saves without the model: layers by class and number. */
  function numbered(design: NetworkDesignInput): NamedShape[] {
    const counts = { convolution: 0, normalization: 0 }
    return buildNetwork(design).layers.flatMap((layer): NamedShape[] => {
      if (layer.kind === 'convolution') {
        const name = `conv2d_${counts.convolution++}`
        return [
          { name: `${name}/kernel`, shape: layer.parameters[0]!.shape },
          { name: `${name}/bias`, shape: [layer.attributes.filters] },
        ]
      }
      if (layer.kind === 'fully-connected')
        return layer.parameters.map(({ shape }, at) => ({ name: `dense/${at === 0 ? 'kernel' : 'bias'}`, shape }))
      if (layer.kind !== 'batch-normalization') return []
      const name = `batch_normalization_${counts.normalization++}`
      return ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((leaf) => ({
        ...{ name: `${name}/${leaf}`, shape: [layer.outputShape.at(-1)!] },
      }))
    })
  }
  const small: NetworkDesignInput = { family: 'residual', n: 1, widths: [4, 8, 16] }

  it('a network whose layers Keras numbered is paired by order and shape where no layers stand beside each other', () => {
    const arrays = fileArrays(numbered({ ...small, shortcut: 'A' }))
    expect(recognizeNetwork(arrays).network).toMatchObject({ architecture: 'cifar', depth: 8, shortcut: 'A', widths: [4, 8, 16] })
    expect(matchWeights(buildNetwork({ ...small, shortcut: 'A' }), arrays)).toMatchObject({ by: 'order and shape', mismatches: [] })
  })

  it('a network with projections whose layers Keras numbered is refused, since any of them may be another', () => {
    const arrays = fileArrays(numbered({ ...small, shortcut: 'B' }))
    const { mismatches } = matchWeights(buildNetwork({ ...small, shortcut: 'B' }), arrays)
    expect(mismatches).toEqual([expect.stringMatching(/projections cannot be told from other layers; expected a model saved by Keras/)])
  })
})

describe('connections that a model of Keras tells', () => {
  /** Branches of one shape beside each other: in a first stage whose width does not change both last layers of a block are 1x1, 4 -> 16. */
  const network = buildNetwork({
    ...imagenet,
    inputShape: [64, 64, 3],
    widths: [4, 4, 4, 4],
    blockKind: 'bottleneck',
    blocks: [2, 1, 1, 1],
  })

  /** A model of Keras whose layers are numbered in any order, and their arrays. */
  function shuffled() {
    const order = network.layers.map((_, index) => (index * 7) % network.layers.length)
    const nameOf = (name: string) => `layer_${order[network.layers.findIndex((layer) => layer.name === name)] ?? 'input'}`
    const layers = network.layers.map((layer) => ({
      ...{ class_name: layer.kind === 'convolution' ? 'Conv2D' : 'Other', config: { name: nameOf(layer.name) } },
      inbound_nodes: [{ args: [layer.inputs.map((input) => ({ config: { keras_history: [nameOf(input), 0, 0] } }))], kwargs: {} }],
    }))
    const arrays = kerasApplications.names(network).map(({ ours, theirs, shape }) => {
      const leaf = theirs.split('.')[1]!
      const isNormalization = ours.includes('normalization')
      const [weight, bias] = isNormalization ? ['gamma', 'beta'] : ['kernel', 'bias']
      const name = { weight, bias, running_mean: 'moving_mean', running_var: 'moving_variance' }[leaf]
      return { name: `${nameOf(ours.slice(0, ours.lastIndexOf('/')))}/${name}`, shape, ours }
    })
    const sorted = [...arrays].sort((a, b) => a.name.localeCompare(b.name))
    return { model: kerasLayersOf({ class_name: 'Functional', config: { layers } }), arrays: sorted }
  }

  it('pair layers of one shape whatever they are called and in whatever order they stand', () => {
    const { model, arrays } = shuffled()
    const match = matchWeights(network, fileArrays(arrays), model)
    expect(match).toMatchObject({ by: 'the connections that the model tells', mismatches: [] })
    const expected = new Map(arrays.map(({ name, ours }) => [ours, name]))
    expect(new Map(match.arrays.map(({ name, from }) => [name.ours, from.stored]))).toEqual(expected)
  })

  it('name what does not fit, and pair nothing wrongly in its place', () => {
    const { model, arrays } = shuffled()
    const without = arrays.filter(({ ours }) => !ours.startsWith('stage1.block1.projection/'))
    const { mismatches } = matchWeights(network, fileArrays(without), model)
    expect(mismatches.some((words) => words.includes('1x1 convolution 4 -> 16 in the network, not in the file'))).toBe(true)
  })
})

describe('conventions of Keras', () => {
  const arrays = fileArrays(inKeras(resnet50))
  const others = fileArrays([
    { name: 'conv2d/kernel', shape: [3, 3, 3, 4] },
    { name: 'batch_normalization/moving_mean', shape: [4] },
  ])

  it('names of keras.applications bring the preprocessing of Caffe and the epsilon of their code', () => {
    const found = conventionsOf(arrays, 3, null)
    expect(found).toMatchObject({ channelOrder: 'bgr', epsilon: 1.001e-5, mismatches: [] })
    expect(found.moments!.mean.map((value) => value * 255)).toEqual(
      [123.68, 116.779, 103.939].map((value): unknown => expect.closeTo(value, 6)),
    )
    expect(found.moments!.std.map((value) => value * 255)).toEqual([1, 1, 1])
    expect(Object.keys(found.notes)).toEqual(['moments', 'channelOrder', 'epsilon'])
  })

  it('other names bring no preprocessing, the epsilon of Keras, and a note on what cannot be seen', () => {
    const found = conventionsOf(others, 3, null)
    expect(found).toMatchObject({ moments: null, channelOrder: 'rgb', epsilon: 1e-3 })
    expect(found.notes.padding).toMatch(/padding='same'/)
  })

  it('a model says its epsilon and its scaling itself', () => {
    const model = layersOf(
      ['Rescaling', { name: 'scale', scale: 1 / 127.5, offset: -1 }],
      ['Conv2D', { name: 'conv', kernel_size: [3, 3], strides: [1, 1], padding: 'same' }],
      ['BatchNormalization', { name: 'bn', epsilon: 2e-5 }],
    )
    const found = conventionsOf(others, 3, model)
    expect(found).toMatchObject({ channelOrder: 'rgb', epsilon: 2e-5, mismatches: [] })
    expect(found.moments!.mean).toEqual([0.5, 0.5, 0.5].map((value): unknown => expect.closeTo(value, 9)))
    expect(found.moments!.std).toEqual([0.5, 0.5, 0.5].map((value): unknown => expect.closeTo(value, 9)))
  })

  it('what a model computes otherwise than the network is named by its layer', () => {
    const model = layersOf(
      ['Conv2D', { name: 'strided', kernel_size: [3, 3], strides: [2, 2], padding: 'same' }],
      ['Conv2D', { name: 'padded', kernel_size: [3, 3], strides: [2, 2], padding: 'valid' }],
      ['Conv2D', { name: 'projection', kernel_size: [1, 1], strides: [2, 2], padding: 'same', activation: 'linear' }],
      ['Activation', { name: 'swish', activation: 'swish' }],
      ['LeakyReLU', { name: 'leaky', negative_slope: 0.1 }],
      ['BatchNormalization', { name: 'a', epsilon: 1e-3 }],
      ['BatchNormalization', { name: 'b', epsilon: 1e-5 }],
    )
    const { mismatches } = conventionsOf(others, 3, model)
    expect(mismatches.map((words) => words.split(':')[0])).toEqual([
      'Its BN layers have the epsilons 0.001 and 0.00001; the network has one for all',
      ...['strided', 'swish', 'leaky'],
    ])
    expect(hasStrideInMiddle(model)).toBe(true)
    expect(hasStrideInMiddle(layersOf(['Conv2D', { name: 'x', kernel_size: [1, 1], strides: [2, 2] }]))).toBe(false)
  })
})
