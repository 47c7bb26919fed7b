import { join } from 'node:path'
import { expect, it } from 'vitest'
import { designAt, labelOf } from '../../../src/common/network/design.ts'
import { buildNetwork } from '../../../src/common/network/network.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import { writeTinyDataset } from '../../fixtures/tiny-dataset.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { trainHere } from '../../support/train-here.ts'

const point = { family: 'residual', shortcut: 'B', classes: 3 } as const
const inputShape: [number, number, number] = [32, 32, 3]

const designs = [
  designAt('cifar', { ...point, depth: 11, widths: [4, 6, 8], inputShape, settings: { blockKind: 'bottleneck' } }),
  designAt('imagenet', { ...point, depth: 10, widths: [8, 8, 12, 16], inputShape, settings: { blocks: [1, 1, 1, 1] } }),
  designAt('imagenet', {
    ...point,
    shortcut: 'A',
    depth: 14,
    widths: [4, 4, 6, 8],
    inputShape,
    settings: { blocks: [1, 1, 1, 1], stem: '3x3', bottleneckStride: '3x3' },
  }),
  designAt('vgg', { ...point, family: 'plain', depth: 16, widths: [8, 8, 8, 12, 12], inputShape, settings: { headWidth: 16 } }),
]

it.each(designs.map((design) => [labelOf(design), design] as const))(
  '%s trains two epochs, learns and tells the responses of all its layers',
  async (_, network) => {
    const folder = join(await temporaryFolder(), 'stripes')
    const manifest = writeTinyDataset(folder, 120, 30, inputShape[0])
    const settings = {
      network,
      dataset: { name: 'stripes', checksum: manifest.checksum },
      recipe: resolveRecipe('demo', { batchSize: 20, epochs: 2, validationSize: 20, statisticsSize: 30 }),
      seed: 5,
    }
    const { outcome, epochs } = await trainHere(settings, manifest, folder, await temporaryFolder())
    expect(outcome.kind).toBe('finished')
    expect(epochs[1]!.record.results.train.loss).toBeLessThan(epochs[0]!.record.results.train.loss)
    const convolutions = buildNetwork(network).layers.filter((layer) => layer.kind === 'convolution' && layer.attributes.role === 'main')
    expect(epochs[1]!.layers.map(({ layer }) => layer)).toEqual(convolutions.map(({ name }) => name))
  },
)
