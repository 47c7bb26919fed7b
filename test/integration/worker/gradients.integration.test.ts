import { describe, expect, it } from 'vitest'
import { registerArchitecture } from '../../../src/common/network/architectures/architectures.ts'
import type { NetworkDesign } from '../../../src/common/network/design.ts'
import { centralDifference } from '../../fixtures/central-difference.ts'
import { crossEntropy, referencePass } from '../../fixtures/reference-network.ts'
import { smallProgram, unaugmented } from '../../fixtures/small-program.ts'
import { toy } from '../../fixtures/toy-architecture.ts'

/** Numbers of each parameter that are tried; of deep nets, which have many parameters, fewer. */
const samplesOf = (parameters: number): number => (parameters > 40 ? 1 : 3)

registerArchitecture(toy)

const cases: Record<string, Partial<NetworkDesign>> = {
  'a plain net': { family: 'plain' },
  'a residual net with option A': { shortcut: 'A' },
  'a residual net with option B': { shortcut: 'B' },
  'a residual net with option C': { shortcut: 'C' },
  'two pairs a stage': { shortcut: 'A', n: 2, widths: [3, 4, 5] },
  'odd sizes and narrowing widths': { shortcut: 'B', inputShape: [9, 11, 2], widths: [6, 5, 3] },
  'widths that Winograd takes': { shortcut: 'A', inputShape: [9, 8, 3], widths: [16, 16, 32] },
  'bottlenecks behind a max pool and a convolution without BN': {
    architecture: 'toy',
    blocks: 1,
    widths: [3, 4, 5, 6],
    shortcut: 'B',
    inputShape: [9, 8, 3],
  },
  'zeros of option A on both sides': { shortcut: 'A', shortcutPadding: 'both', widths: [3, 6, 11] },
  'a highway net with option A': { family: 'highway', shortcut: 'A' },
  'a highway net with option B and two blocks a stage': { family: 'highway', shortcut: 'B', n: 2, widths: [3, 4, 5], gateBias: -1 },
  'a plain net without BN': { family: 'plain', normalization: 'none' },
  'a residual net without BN, with widths that Winograd takes': { shortcut: 'B', normalization: 'none', widths: [16, 16, 16] },
  'a residual net with pre-activation and option A': { shortcut: 'A', activationOrder: 'pre' },
  'a residual net with pre-activation, option B and two blocks a stage': { shortcut: 'B', activationOrder: 'pre', n: 2, widths: [3, 4, 5] },
  'a plain net with pre-activation': { family: 'plain', activationOrder: 'pre' },
  'a highway net with pre-activation without BN': { family: 'highway', shortcut: 'B', activationOrder: 'pre', normalization: 'none' },
  'a residual net with stochastic depth, one of whose branches is dropped': { shortcut: 'A', survival: 0.5 },
  'bottlenecks of a CIFAR net with option C': { shortcut: 'C', blockKind: 'bottleneck', widths: [2, 3, 4] },
  'an ImageNet net of basic blocks behind a 7x7 stem': {
    architecture: 'imagenet',
    blockKind: 'basic',
    blocks: [1, 1, 1, 1],
    widths: [3, 4, 5, 6],
    shortcut: 'B',
    inputShape: [18, 17, 3],
  },
  'an ImageNet net of bottlenecks with their stride in the 3x3 and a small stem': {
    architecture: 'imagenet',
    blockKind: 'bottleneck',
    blocks: [1, 1, 1, 1],
    bottleneckStride: '3x3',
    stem: '3x3',
    widths: [2, 3, 4, 4],
    shortcut: 'A',
    inputShape: [12, 11, 3],
  },
  'an ImageNet net whose ReLU has a kink within the widest difference': {
    architecture: 'imagenet',
    blockKind: 'bottleneck',
    blocks: [1, 1, 1, 1],
    bottleneckStride: '3x3',
    stem: '3x3',
    widths: [2, 3, 4, 4],
    shortcut: 'A',
    inputShape: [10, 9, 3],
  },
  'an ImageNet net of bottlenecks with their stride in the 1x1, projections everywhere and a 7x7 stem': {
    architecture: 'imagenet',
    blockKind: 'bottleneck',
    blocks: [1, 1, 1, 1],
    widths: [2, 3, 3, 4],
    shortcut: 'C',
    inputShape: [17, 18, 2],
  },
  'a plain ImageNet net of basic blocks and a small stem': {
    architecture: 'imagenet',
    family: 'plain',
    blockKind: 'basic',
    blocks: [2, 1, 1, 1],
    stem: '3x3',
    widths: [3, 4, 4, 5],
    inputShape: [9, 10, 3],
  },
  'a VGG net with its hidden layers': {
    architecture: 'vgg',
    family: 'plain',
    layers: 16,
    headWidth: 6,
    widths: [2, 2, 2, 3, 3],
    inputShape: [32, 33, 1],
  },
  'a VGG net without BN': {
    architecture: 'vgg',
    family: 'plain',
    layers: 16,
    headWidth: 6,
    widths: [2, 2, 3, 3, 3],
    inputShape: [33, 32, 1],
    normalization: 'none',
  },
  'an ImageNet net as highway, with option B and a 7x7 stem': {
    architecture: 'imagenet',
    family: 'highway',
    blockKind: 'basic',
    blocks: [1, 2, 1, 1],
    widths: [3, 4, 5, 6],
    shortcut: 'B',
    inputShape: [17, 18, 3],
    gateBias: -1,
  },
  'an ImageNet net of bottlenecks as highway, with option A': {
    architecture: 'imagenet',
    family: 'highway',
    blockKind: 'bottleneck',
    blocks: [1, 1, 1, 1],
    stem: '3x3',
    widths: [2, 3, 4, 4],
    shortcut: 'A',
    inputShape: [11, 12, 3],
  },
  'an ImageNet net with pre-activation behind a 7x7 stem and a max pool': {
    architecture: 'imagenet',
    blockKind: 'basic',
    blocks: [1, 1, 1, 2],
    widths: [3, 4, 5, 6],
    shortcut: 'B',
    inputShape: [18, 17, 3],
    activationOrder: 'pre',
  },
  'an ImageNet net of bottlenecks with pre-activation, projections everywhere and a small stem': {
    architecture: 'imagenet',
    blockKind: 'bottleneck',
    blocks: [1, 1, 1, 1],
    stem: '3x3',
    widths: [2, 3, 4, 4],
    shortcut: 'C',
    inputShape: [12, 11, 3],
    activationOrder: 'pre',
  },
  'an ImageNet net without BN': {
    architecture: 'imagenet',
    blockKind: 'basic',
    blocks: [1, 1, 1, 1],
    widths: [3, 4, 5, 6],
    shortcut: 'B',
    inputShape: [17, 18, 3],
    normalization: 'none',
  },
  'a plain ImageNet net of bottlenecks without BN, with pre-activation': {
    architecture: 'imagenet',
    family: 'plain',
    blockKind: 'bottleneck',
    blocks: [1, 1, 1, 1],
    stem: '3x3',
    widths: [2, 3, 4, 4],
    inputShape: [9, 10, 3],
    activationOrder: 'pre',
    normalization: 'none',
  },
  'option A on odd sizes with equal widths': { shortcut: 'A', inputShape: [9, 9, 1], widths: [4, 4, 4] },
}

describe.each(Object.entries(cases))('the training program in fp32: %s', (title, design) => {
  /** The oracle's, by parameter and index: both kinds of kernels have the same weights and images. */
  const slopes = new Map<string, number>()

  it.each(['all', 'none'] as const)(`training has the loss and gradients of the oracle for ${title}, own kernels: %s`, (ownKernels) => {
    const { program, network, recipe, state, labels, images, random } = smallProgram(design, {}, 6, 12, { ownKernels })
    const indices = Int32Array.from({ length: recipe.batchSize }, (_, i) => i)
    const batch = images(indices)
    const batchLabels = Array.from(indices, (index) => labels[index]!)
    const weights = new Map([...state].map(([name, values]) => [name, Float64Array.from(values)]))
    const branches = network.layers.flatMap(({ kind, name }) => (kind === 'stochastic-depth' ? [name] : []))
    const survivals = Float32Array.from(branches, (_, branch) => (branch === 1 ? 0 : 1))
    const options = {
      training: true,
      epsilon: recipe.batchNormEpsilon,
      survivals: new Map(branches.map((name, i) => [name, survivals[i]!])),
    }
    const pass = referencePass(network, weights, batch, options)
    const oracle = { network, weights, images: batch, labels: batchLabels, options, pass }

    const gradients = program.gradients({ images: indices, augmentation: unaugmented }, survivals)
    expect([...gradients.keys()].sort()).toEqual(network.layers.flatMap((layer) => layer.parameters.map((p) => p.name)).sort())
    for (const [name, gradient] of gradients) {
      const scale = Math.max(...gradient.map(Math.abs))
      for (let sample = 0; sample < Math.min(samplesOf(gradients.size), gradient.length); sample++) {
        const at = random.below(gradient.length)
        const number = `${name}[${at}]`
        const slope = slopes.get(number) ?? centralDifference(oracle, name, at)
        slopes.set(number, slope)
        expect(Math.abs(gradient[at]! - slope), number).toBeLessThan(2e-4 * scale + 2e-6)
      }
    }
    const report = program.step({ images: indices, augmentation: unaugmented }, 0, survivals)
    expect(report.loss).toBeCloseTo(crossEntropy(pass.logits, batchLabels), 5)
    const norm = Math.sqrt([...gradients.values()].reduce((sum, g) => sum + g.reduce((inner, value) => inner + value * value, 0), 0))
    expect(report.gradientNorm / norm).toBeCloseTo(1, 5)
    program.dispose()
  })
})
