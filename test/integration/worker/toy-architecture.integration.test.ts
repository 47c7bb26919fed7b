import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { registerArchitecture } from '../../../src/common/network/architectures/architectures.ts'
import { depthOf, designAt, labelOf, networkDesignSchema, variantOf } from '../../../src/common/network/design.ts'
import { elements } from '../../../src/common/network/kinds/shape.ts'
import { buildNetwork } from '../../../src/common/network/network.ts'
import { expandSweep } from '../../../src/common/sweep/expand.ts'
import { sweepSchema } from '../../../src/common/sweep/sweep.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import { csvColumns, runRow } from '../../../src/main/export/csv-tables.ts'
import { networkFigure } from '../../../src/main/export/network-figure.ts'
import { Store } from '../../../src/main/store/store.ts'
import { referencePass } from '../../fixtures/reference-network.ts'
import { smallProgram } from '../../fixtures/small-program.ts'
import { writeTinyDataset } from '../../fixtures/tiny-dataset.ts'
import { toy } from '../../fixtures/toy-architecture.ts'
import { newRun } from '../../support/new-run.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { trainHere } from '../../support/train-here.ts'

beforeAll(() => registerArchitecture(toy))

const point = { family: 'residual', depth: 14, shortcut: 'B', inputShape: [8, 8, 3], classes: 3 } as const
const designOf = (changes: Partial<Parameters<typeof designAt>[1]> = {}) => designAt('toy', { ...point, inputShape: [8, 8, 3], ...changes })

describe('an architecture that one file adds', () => {
  it('an architecture that one file adds is designed by depth, refuses depths that it has not, and names its networks', () => {
    const design = designOf({ depth: 26 })
    expect(design).toMatchObject({ architecture: 'toy', blocks: 2, widths: [4, 6, 8, 10] })
    expect([depthOf(design), labelOf(design), variantOf(design)]).toEqual([26, 'residual-26 B toy', 'residual B toy'])
    expect(() => designOf({ depth: 20 })).toThrow(
      'Toy nets (12b+2) have no 20 layers: b blocks a stage give 12b+2 layers: 14, 26, 38 and so on; the nearest are 14 and 26.',
    )
    expect(() => designOf({ shortcut: 'A', widths: [8, 6, 4, 2] })).toThrow(/widths must not decrease/)
    expect(networkDesignSchema.safeParse({ ...design, widths: [4, 6] }).success).toBe(false)
  })

  it('an architecture that one file adds makes the runs of a sweep, which the store finds by its depth', () => {
    const sweep = sweepSchema.parse({
      name: 'toys',
      dataset: 'stripes',
      recipe: 'demo',
      architecture: 'toy',
      families: ['plain', 'residual'],
      depths: [14, 26],
    })
    const dataset = {
      name: 'stripes',
      checksum: 'a'.repeat(64),
      classes: ['a', 'b', 'c'],
      image: { size: 'fixed' as const, height: 8, width: 8, channels: 3 },
      splits: { train: { count: 120 } },
    }
    const runs = expandSweep(sweep, dataset)
    expect(runs.map(({ network }) => labelOf(network))).toEqual(['plain-14 toy', 'residual-14 A toy', 'plain-26 toy', 'residual-26 A toy'])
    const store = new Store(':memory:')
    for (const settings of runs) store.runs.insert(newRun({ settings, settingsHash: JSON.stringify(settings) }))
    expect(store.runs.list({ depths: [26] }, 0, 10).runs.map((run) => depthOf(run.settings.network))).toEqual([26, 26])
    store.close()
  })

  it('an architecture that one file adds is costed by its graph: depth, parameters and multiply-adds as counted by hand', () => {
    const network = buildNetwork(designOf())
    expect(network.depth).toBe(14)
    // Stem 3x3x3x4; each block 1x1, 3x3, 1x1 to twice its width with BN behind each; projections with BN; classifier with bias.
    const widths = [4, 6, 8, 10]
    const block = (width: number, from: number) =>
      from * width + 9 * width * width + 2 * width * width + 2 * (width + width + 2 * width) + from * 2 * width + 2 * 2 * width
    const parameters =
      108 + widths.reduce((sum, width, index) => sum + block(width, index === 0 ? 4 : 2 * widths[index - 1]!), 0) + 20 * 3 + 3
    expect(network.parameterCount).toBe(parameters)
    const counted = network.layers.reduce((sum, layer) => {
      if (layer.kind === 'fully-connected') return sum + 20 * 3
      return layer.kind === 'convolution' ? sum + elements(layer.outputShape) * layer.attributes.kernel ** 2 * layer.inputShape[2]! : sum
    }, 0)
    expect(network.multiplyAdds).toBe(counted)
    expect(network.layers.find((layer) => layer.kind === 'max-pooling')?.outputShape).toEqual([4, 4, 4])
  })

  it('an architecture that one file adds is drawn with its max pool, its four stages and its projections', () => {
    const svg = networkFigure([buildNetwork(designOf({ depth: 26 }))], { width: 346, title: null })
    for (const words of ['residual-26 B toy', '3×3 max pool, /2', '1×1 conv, 20', '3×3 conv, 10', 'average pool', 'fc, 3'])
      expect(svg).toContain(words)
    // One in each stage's first block, and the legend's.
    expect(svg.match(/>1×1</g)).toHaveLength(4 + 1)
  })

  it('an architecture that one file adds has the scores of the double-precision oracle in evaluation, with BN folded and without', () => {
    for (const ownKernels of ['all', 'none'] as const) {
      const { program, network, recipe, state, images } = smallProgram(
        { architecture: 'toy', blocks: 1, widths: [16, 16, 16, 16], shortcut: 'C', inputShape: [9, 8, 3] },
        {},
        6,
        12,
        { ownKernels },
      )
      const indices = Int32Array.from([3, 5, 8, 2])
      const weights = new Map([...state].map(([name, values]) => [name, Float64Array.from(values)]))
      const { logits } = referencePass(network, weights, images(indices), { training: false, epsilon: recipe.batchNormEpsilon })
      const { losses } = program.evaluate(indices)
      expect(losses).toHaveLength(4)
      expect([...program.logits(indices)].every((score, at) => Math.abs(score - logits.values[at]!) < 1e-3)).toBe(true)
      program.dispose()
    }
  })

  it('an architecture that one file adds trains two epochs, is evaluated with statistics of every layer, and is exported', async () => {
    const datasetFolder = join(await temporaryFolder(), 'stripes')
    const manifest = writeTinyDataset(datasetFolder)
    const settings = {
      network: designOf(),
      dataset: { name: 'stripes', checksum: manifest.checksum },
      recipe: resolveRecipe('demo', { batchSize: 20, epochs: 2, validationSize: 20, statisticsSize: 30 }),
      seed: 5,
    }
    const { outcome, epochs } = await trainHere(settings, manifest, datasetFolder, await temporaryFolder())
    expect(outcome.kind).toBe('finished')
    expect(epochs.map(({ record }) => record.epoch)).toEqual([1, 2])
    expect(epochs[1]!.record.results.train.loss).toBeLessThan(epochs[0]!.record.results.train.loss)
    // The stem has no BN: its response is the convolution's own output.
    const names = buildNetwork(settings.network).layers.flatMap((layer) =>
      layer.kind === 'convolution' && layer.attributes.role === 'main' ? [layer.name] : [],
    )
    expect(epochs[1]!.layers.map(({ layer }) => layer)).toEqual(names)
    expect(epochs[1]!.layers.every(({ std }) => std > 0)).toBe(true)
    const store = new Store(':memory:')
    const id = store.runs.insert(newRun({ settings }))
    const row = Object.fromEntries(csvColumns.runs.map((column, index) => [column, runRow(store.runs.get(id))[index]]))
    expect(row).toMatchObject({ layers: 14, architecture: 'toy', n: null, widths: '4-6-8-10' })
    store.close()
  })
})
