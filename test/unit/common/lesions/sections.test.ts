import { expect, it } from 'vitest'
import { lesionSites } from '../../../../src/common/lesions/lesions.ts'
import { blocksOf, endOf, scaledParameters, sectionsOf, withoutBranch } from '../../../../src/common/lesions/sections.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { networksOfEveryKind } from '../../../fixtures/networks-of-every-kind.ts'

const sectionsFor = (design: Parameters<typeof buildNetwork>[0]) => sectionsOf(buildNetwork(design))

it('every network is a chain of sections, which together are its layers', () => {
  for (const [words, design] of networksOfEveryKind) {
    const network = buildNetwork(design)
    const sections = sectionsOf(network)
    expect(
      sections.flatMap(({ layers }) => layers),
      words,
    ).toEqual(network.layers)
    expect(blocksOf(sections).length, words).toBeGreaterThan(0)
  }
})

it('a residual net has a lesion for every block and keeps the shortcut; a plain net none where a stage begins', () => {
  const residual = sectionsFor({ family: 'residual', n: 2, shortcut: 'B' })
  expect(blocksOf(residual).map(({ block }) => block)).toEqual([
    ...['stage1.block1', 'stage1.block2', 'stage2.block1', 'stage2.block2', 'stage3.block1', 'stage3.block2'],
  ])
  expect(lesionSites(residual, 'remove').every(({ hindrance }) => hindrance === null)).toBe(true)
  const [, , grown] = blocksOf(residual)
  expect(withoutBranch(grown!)!.map(({ name }) => name.replace('stage2.block1.', ''))).toEqual([
    ...['projection', 'projection-normalization', 'relu2'],
  ])
  expect(endOf(grown!)!.kind).toBe('addition')

  const sites = lesionSites(sectionsFor({ family: 'plain', n: 2 }), 'remove')
  expect(sites.filter(({ hindrance }) => hindrance === null).map(({ position }) => position)).toEqual([1, 2, 4, 6])
  expect(sites[2]!.hindrance).toBe('turns [32, 32, 16] into [16, 16, 32] without a shortcut, so nothing can take its place')
})

it('blocks change places only within a stage, with the one behind them', () => {
  const sites = lesionSites(sectionsFor({ family: 'residual', n: 3 }), 'swap')
  expect(sites.filter(({ hindrance }) => hindrance === null).map(({ position }) => position)).toEqual([1, 2, 5, 8])
  expect(sites[2]!.hindrance).toBe('the block behind it, stage2.block1, has another shape')
  expect(sites[8]!.hindrance).toBe('no block follows it')
})

it('the layers of a VGG net take the place of blocks, with their BN and ReLU', () => {
  const vgg = sectionsFor({ architecture: 'vgg', family: 'plain', layers: 16, headWidth: 8, inputShape: [32, 32, 3] })
  const blocks = blocksOf(vgg)
  expect(blocks).toHaveLength(13)
  expect(blocks[3]!.layers.map(({ name }) => name)).toEqual([
    ...['stage2.block1.convolution2', 'stage2.block1.normalization2', 'stage2.block1.relu2'],
  ])
  // The first layer of stages 1 to 4 changes the number of channels; that of stage 5 does not.
  expect(lesionSites(vgg, 'remove').filter(({ hindrance }) => hindrance !== null)).toHaveLength(4)
})

it('F(x) is proportional to the parameters of the last BN or, without it or with pre-activation, of the last convolution', () => {
  const last = (design: Parameters<typeof buildNetwork>[0]) => scaledParameters(blocksOf(sectionsFor(design))[0]!)
  expect(last({ family: 'residual', n: 1 })).toEqual(['stage1.block1.normalization2/scale', 'stage1.block1.normalization2/offset'])
  expect(last({ family: 'plain', n: 1 })).toEqual(['stage1.block1.normalization2/scale', 'stage1.block1.normalization2/offset'])
  expect(last({ family: 'residual', n: 1, activationOrder: 'pre' })).toEqual(['stage1.block1.convolution2/weights'])
  expect(last({ family: 'highway', n: 1, normalization: 'none' })).toEqual([
    ...['stage1.block1.convolution2/weights', 'stage1.block1.convolution2/bias'],
  ])
  expect(last({ family: 'residual', n: 1, survival: 0.5 })).toEqual([
    ...['stage1.block1.normalization2/scale', 'stage1.block1.normalization2/offset'],
  ])
})
