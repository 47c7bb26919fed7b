import { describe, expect, it } from 'vitest'
import { blockRepresentations, layerRepresentations } from '../../../../src/common/analyses/similarity/representations.ts'
import { type NetworkDesignInput, networkDesignSchema } from '../../../../src/common/network/design.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'

const layersOf = (design: NetworkDesignInput) => buildNetwork(networkDesignSchema.parse({ n: 1, ...design })).layers
const froms = (design: NetworkDesignInput) => layerRepresentations(layersOf(design)).map(({ from }) => from)

describe('outputs of weighted layers', () => {
  it('outputs are those that the next layer reads: behind BN and ReLU, of a residual block behind its addition', () => {
    expect(layerRepresentations(layersOf({ family: 'residual' })).slice(0, 3)).toEqual([
      { name: 'stem.convolution', from: 'stem.relu' },
      { name: 'stage1.block1.convolution1', from: 'stage1.block1.relu1' },
      { name: 'stage1.block1.convolution2', from: 'stage1.block1.relu2' },
    ])
    expect(froms({ family: 'residual' })).toEqual(froms({ family: 'plain' }))
    expect(froms({ family: 'residual' }).at(-1)).toBe('classifier')
  })

  it('outputs of pre-activation blocks end at the addition, which a shortcut reads too, the last one at the last ReLU', () => {
    const all = froms({ family: 'residual', activationOrder: 'pre' })
    expect(all.slice(1, 3)).toEqual(['stage1.block1.relu2', 'stage1.block1.addition'])
    expect(all.at(-2)).toMatch(/relu/)
  })

  it.each([
    { family: 'residual', shortcut: 'B' },
    { family: 'residual', survival: 0.5 },
    { family: 'highway' },
    { family: 'plain', normalization: 'none' },
  ] as const)('there is one output for each layer that counts as depth: %o', (design) => {
    const layers = layersOf(design)
    const all = layerRepresentations(layers)
    expect(all).toHaveLength(8)
    expect(new Set(all.map(({ from }) => from)).size).toBe(8)
    for (const { from } of all) expect(layers.some(({ name }) => name === from)).toBe(true)
  })

  it('outputs of blocks are those of their last layers, with stem and classifier', () => {
    expect(blockRepresentations(layersOf({ family: 'residual' }))).toEqual([
      { name: 'stem', from: 'stem.relu' },
      { name: 'stage1.block1', from: 'stage1.block1.relu2' },
      { name: 'stage2.block1', from: 'stage2.block1.relu2' },
      { name: 'stage3.block1', from: 'stage3.block1.relu2' },
      { name: 'classifier', from: 'classifier' },
    ])
  })
})
