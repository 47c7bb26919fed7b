import { describe, expect, it } from 'vitest'
import type { Layer, LayerOf } from '../../../../src/common/network/graph/layer.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { batchCounters } from '../../../../src/common/weights/habit.ts'
import { namingHabits, usualHabit } from '../../../../src/common/weights/habits/habits.ts'
import { statisticNames } from '../../../../src/common/network/state-names.ts'
import { designAt } from '../../../../src/common/network/design.ts'

const cifar = { classes: 10, inputShape: [32, 32, 3] as [number, number, number] }
const imagenet = { classes: 1000, inputShape: [224, 224, 3] as [number, number, number] }

const akamasterA = designAt('cifar', { family: 'residual', shortcut: 'A', depth: 20, ...cifar })
const optionB = designAt('cifar', { family: 'residual', shortcut: 'B', depth: 20, ...cifar })
const plain = designAt('cifar', { family: 'plain', shortcut: 'A', depth: 20, ...cifar })
const highway = designAt('cifar', { family: 'highway', shortcut: 'B', depth: 8, ...cifar })
const preActivation = designAt('cifar', { family: 'residual', shortcut: 'B', depth: 8, ...cifar, settings: { activationOrder: 'pre' } })
const withoutBn = designAt('cifar', { family: 'residual', shortcut: 'B', depth: 8, ...cifar, settings: { normalization: 'none' } })
const resnet = (depth: number) => designAt('imagenet', { family: 'residual', shortcut: 'B', depth, ...imagenet })
const vgg = (settings = {}) => designAt('vgg', { family: 'plain', shortcut: 'A', depth: 16, ...imagenet, settings })

const isNormalization = (layer: Layer): layer is LayerOf<'batch-normalization'> => layer.kind === 'batch-normalization'

function habit(name: string) {
  return namingHabits.find((candidate) => candidate.name === name)!
}

function theirNames(name: string, design: typeof plain): string[] {
  return habit(name)
    .names(buildNetwork(design))
    .map(({ theirs }) => theirs)
}

describe('names of weights', () => {
  it.each([akamasterA, optionB, plain, highway, preActivation, withoutBn, resnet(18), resnet(50), vgg(), vgg({ normalization: 'none' })])(
    'every habit that applies names each array of a network once, and no other',
    (design) => {
      const network = buildNetwork(design)
      const parameters = network.layers.flatMap((layer) => layer.parameters.map(({ name }) => name))
      const statistics = network.layers.filter(isNormalization).flatMap((layer) => Object.values(statisticNames(layer)))
      const held = [...parameters, ...statistics]
      const applying = namingHabits.filter((candidate) => candidate.applies(design))
      expect(applying.at(-1)?.name).toBe('skiplab')
      for (const candidate of applying) {
        const names = candidate.names(network)
        expect(names.map(({ ours }) => ours).sort()).toEqual(held.sort())
        expect(new Set(names.map(({ theirs }) => theirs)).size).toBe(names.length)
        expect(names.filter(({ theirs }) => !/^\w+(\.\w+)+$/.test(theirs))).toEqual([])
      }
    },
  )

  it('torchvision has as many entries in its state dicts of ResNet-18, 50 and 152', () => {
    const entries = (depth: number) => {
      const names = habit('torchvision').names(buildNetwork(resnet(depth)))
      return names.length + batchCounters(names).length
    }
    expect([18, 50, 152].map(entries)).toEqual([122, 320, 932])
  })

  it('bottlenecks, projections and classifier have the names and shapes that torchvision gives them', () => {
    const names = new Map(
      habit('torchvision')
        .names(buildNetwork(resnet(50)))
        .map((name) => [name.theirs, name]),
    )
    expect(names.get('conv1.weight')).toMatchObject({ ours: 'stem.convolution/weights', theirShape: [64, 3, 7, 7] })
    expect(names.get('layer3.0.downsample.0.weight')).toMatchObject({
      ours: 'stage3.block1.projection/weights',
      theirShape: [1024, 512, 1, 1],
    })
    expect(names.get('layer3.0.downsample.1.running_var')?.ours).toBe('stage3.block1.projection-normalization/running-variance')
    expect(names.get('layer4.2.bn3.bias')?.ours).toBe('stage4.block3.normalization3/offset')
    expect(names.get('fc.weight')).toMatchObject({ ours: 'classifier/weights', shape: [2048, 1000], theirShape: [1000, 2048] })
  })

  it('layers of VGG nets are numbered by their position, with and without BN', () => {
    const weights = (design: typeof plain) => theirNames('torchvision', design).filter((name) => name.endsWith('.weight'))
    expect(weights(vgg({ normalization: 'none' }))).toEqual([
      ...[0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28].map((index) => `features.${index}.weight`),
      ...[0, 3, 6].map((index) => `classifier.${index}.weight`),
    ])
    const convolutionsAndBn = [0, 1, 3, 4, 7, 8, 10, 11, 14, 15, 17, 18, 20, 21, 24, 25, 27, 28, 30, 31, 34, 35, 37, 38, 40, 41]
    expect(weights(vgg())).toEqual([
      ...convolutionsAndBn.map((index) => `features.${index}.weight`),
      ...[0, 3, 6].map((index) => `classifier.${index}.weight`),
    ])
  })

  it('zeros for the biases that vgg16_bn has beside BN go along, so that its code loads the weights', () => {
    const zeros = habit('torchvision').zeros!(buildNetwork(vgg()))
    expect(zeros).toHaveLength(13)
    expect(zeros[2]).toEqual({ theirs: 'features.7.bias', type: 'fp32', shape: [128] })
    expect(habit('torchvision').zeros!(buildNetwork(vgg({ normalization: 'none' })))).toEqual([])
  })

  it('a-martyn tells the first block of a stage from the others, and has no projections', () => {
    const names = theirNames('a-martyn', akamasterA)
    expect(names[0]).toBe('convIn.weight')
    expect(names).toContain('stack1.2.conv2.weight')
    expect(names).toContain('stack2a.bn1.running_mean')
    expect(names).toContain('stack2b.1.conv1.weight')
    expect(names.at(-1)).toBe('fcOut.bias')
    expect([plain, optionB, resnet(18)].map((design) => habit('a-martyn').applies(design))).toEqual([true, false, false])
  })

  it('a CIFAR net goes out as akamaster has it, an ImageNet net as torchvision has it, any other under its own names', () => {
    const designs = [akamasterA, optionB, plain, resnet(34), vgg(), highway, preActivation, withoutBn]
    expect(designs.map((design) => usualHabit(design).name)).toEqual([
      ...['akamaster', 'akamaster', 'akamaster', 'torchvision', 'torchvision', 'skiplab', 'skiplab', 'skiplab'],
    ])
    expect(theirNames('akamaster', optionB).filter((name) => name.includes('shortcut'))).toContain('layer2.0.shortcut.1.running_mean')
    expect(theirNames('skiplab', highway)).toContain('stage1.block1.gate.bias')
  })
})
