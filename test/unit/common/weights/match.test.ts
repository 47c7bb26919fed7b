import { describe, expect, it } from 'vitest'
import type { NetworkDesignInput } from '../../../../src/common/network/design.ts'
import { designAt } from '../../../../src/common/network/design.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { namingHabits } from '../../../../src/common/weights/habits/habits.ts'
import { fileArrays, type NamedShape } from '../../../../src/common/weights/match/file-arrays.ts'
import { matchWeights } from '../../../../src/common/weights/match/match.ts'
import { recognizeNetwork } from '../../../../src/common/weights/match/recognize.ts'

/** Names and shapes of a network's state dict. */
function stored(design: NetworkDesignInput, habit: string, prefix = ''): NamedShape[] {
  const network = buildNetwork(design)
  const names = namingHabits.find(({ name }) => name === habit)!.names(network)
  return names.map(({ theirs, theirShape }) => ({ name: prefix + theirs, shape: theirShape }))
}

function recognized(arrays: readonly NamedShape[]) {
  const { network, notes } = recognizeNetwork(fileArrays(arrays))
  if (!network) throw new Error(notes.join(' '))
  return { network: buildNetwork(designAt(network.architecture, network)), notes }
}

const imagenet = {
  architecture: 'imagenet',
  family: 'residual',
  classes: 1000,
  inputShape: [224, 224, 3] as [number, number, number],
} as const
const four = { blockKind: 'bottleneck', blocks: [3, 4, 6, 3], bottleneckStride: '3x3', shortcut: 'B' } as const
const cifar = { family: 'residual', n: 3 } as const

describe('recognising a network', () => {
  it.each<[string, NetworkDesignInput, string]>([
    ['torchvision’s ResNet-18', { ...imagenet, shortcut: 'B', blockKind: 'basic', blocks: [2, 2, 2, 2] }, 'torchvision'],
    ['torchvision’s ResNet-50', { ...imagenet, ...four }, 'torchvision'],
    [
      'a ResNet-18 with a small stem and 100 classes',
      { ...imagenet, classes: 100, stem: '3x3', shortcut: 'B', blockKind: 'basic', blocks: [2, 2, 2, 2], inputShape: [32, 32, 3] },
      'akamaster',
    ],
    ['akamaster’s ResNet-20', { ...cifar, shortcut: 'A', shortcutPadding: 'both' }, 'akamaster'],
    ['akamaster’s ResNet-20 with option B', { ...cifar, shortcut: 'B' }, 'akamaster'],
    ['a CIFAR net with projections everywhere', { ...cifar, shortcut: 'C', widths: [32, 64, 128] }, 'akamaster'],
    ['a-martyn’s ResNet-56', { ...cifar, n: 9, shortcut: 'A' }, 'a-martyn'],
    [
      'VGG-16 without BN',
      {
        architecture: 'vgg',
        family: 'plain',
        layers: 16,
        headWidth: 4096,
        classes: 1000,
        inputShape: [224, 224, 3],
        normalization: 'none',
      },
      'torchvision',
    ],
    [
      'VGG-19 with BN for small images',
      { architecture: 'vgg', family: 'plain', layers: 19, headWidth: 512, classes: 10, inputShape: [32, 32, 3] },
      'torchvision',
    ],
    ['a highway net of Skiplab', { family: 'highway', n: 2, shortcut: 'B' }, 'skiplab'],
    ['a pre-activation net of Skiplab', { ...cifar, shortcut: 'B', activationOrder: 'pre' }, 'skiplab'],
    ['a net without BN', { ...cifar, shortcut: 'B', normalization: 'none' }, 'skiplab'],
    ['bottlenecks of a CIFAR net', { ...cifar, blockKind: 'bottleneck', shortcut: 'B' }, 'skiplab'],
  ])('%s is recognised whole, and every array is paired by its name', (_, design, habit) => {
    const expected = buildNetwork(design)
    const arrays = stored(design, habit, 'module.')
    const { network } = recognized(arrays)
    expect(network.name).toBe(expected.name)
    expect(network.design).toEqual(expected.design)
    const match = matchWeights(network, fileArrays(arrays))
    expect(match.mismatches).toEqual([])
    expect(match.arrays.map(({ name, from }) => [from.stored, name.ours])).toEqual(
      namingHabits
        .find(({ name }) => name === habit)!
        .names(expected)
        .map(({ ours, theirs }) => [`module.${theirs}`, ours]),
    )
  })

  it('a checkpoint of Skiplab is recognised by its own names and layout', () => {
    const network = buildNetwork({ ...cifar, shortcut: 'B' })
    const arrays = namingHabits
      .at(-1)!
      .names(network)
      .map(({ ours, shape }) => ({ name: ours, shape }))
    const own = fileArrays([...arrays, { name: 'momentum/stem.convolution/weights', shape: [3, 3, 3, 16] }])
    expect(recognized(arrays).network.design).toEqual(network.design)
    const match = matchWeights(network, own)
    expect(match.mismatches).toEqual([])
    expect(match.arrays.every(({ from, name }) => from.stored === name.ours && from.isOwnLayout)).toBe(true)
  })

  it('what no shape tells is said', () => {
    const { notes } = recognized(stored({ ...cifar, shortcut: 'A' }, 'akamaster'))
    expect(notes.join(' ')).toMatch(/plain net and shortcut option A look alike.*on both sides, as akamaster/)
  })

  it.each<[string, (arrays: NamedShape[]) => NamedShape[], RegExp]>([
    ['stages of unlike length', (arrays) => arrays.filter(({ name }) => !name.startsWith('layer3.2')), /three stages have 3, 3, 2 blocks/],
    [
      'another classifier',
      (arrays) => arrays.map((array) => (array.name === 'linear.weight' ? { ...array, shape: [10, 999] } : array)),
      /reads 999 features; the last stage gives 64/,
    ],
    ['no classifier', (arrays) => arrays.filter(({ name }) => !name.startsWith('linear')), /0 fully connected layers/],
    ['no convolution', () => [{ name: 'embedding.weight', shape: [100, 16] }], /holds no convolution/],
    [
      'a kernel of 5',
      (arrays) => arrays.map((array) => (array.name === 'conv1.weight' ? { ...array, shape: [16, 3, 5, 5] } : array)),
      /5x5; expected 1x1, 3x3 or 7x7/,
    ],
  ])('a network with %s is named as none of ours', (_, change, message) => {
    const { network, notes } = recognizeNetwork(fileArrays(change(stored({ ...cifar, shortcut: 'A' }, 'akamaster'))))
    expect(network).toBeNull()
    expect(notes.join(' ')).toMatch(message)
  })
})

describe('pairing arrays with a network', () => {
  const network = (changes: Partial<NetworkDesignInput> = {}) => buildNetwork({ ...cifar, shortcut: 'A', ...changes })

  it('a projection is named where the network has option A', () => {
    const { mismatches } = matchWeights(network(), fileArrays(stored({ ...cifar, shortcut: 'B' }, 'akamaster')))
    expect(mismatches).toContain('layer2.0.shortcut.0: 1x1 projection in the file, the network has option A')
    expect(mismatches).toHaveLength(4)
  })

  it('another number of classes is named with that of the file', () => {
    const { mismatches } = matchWeights(network({ classes: 100 }), fileArrays(stored({ ...cifar, shortcut: 'A' }, 'akamaster')))
    expect(mismatches).toContain('linear.weight: [10, 64] in the file, the network takes [100, 64] (10 classes in the file)')
  })

  it('unknown names are paired by order and shape', () => {
    const arrays = stored({ ...cifar, shortcut: 'A' }, 'akamaster').map(({ name, shape }, at) => ({
      name: `part${at}.${name.split('.').at(-1)!}`,
      shape,
    }))
    const match = matchWeights(network(), fileArrays(arrays))
    expect(match).toMatchObject({ by: 'order and shape', mismatches: [] })
  })

  it('a bias in front of BN goes into its running mean', () => {
    const arrays = [...stored({ ...cifar, shortcut: 'A' }, 'akamaster'), { name: 'conv1.bias', shape: [16] }]
    const match = matchWeights(network(), fileArrays(arrays))
    expect(match.mismatches).toEqual([])
    expect(match.folded).toMatchObject([{ bias: { name: 'conv1.bias' }, mean: 'stem.normalization/running-mean' }])
  })
})
