import { describe, expect, it } from 'vitest'
import { nOfDepth } from '../../../../src/common/network/architectures/cifar.ts'
import { networkDesignSchema } from '../../../../src/common/network/design.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import {
  otherResults,
  plainReadings,
  portResults,
  publishedLevels,
  publishedTestError,
  residualResults,
  reviewResults,
} from '../../../../src/common/paper/cifar10.ts'
import { imagenetNetworks, imagenetResults } from '../../../../src/common/paper/imagenet.ts'

describe('published CIFAR-10 results', () => {
  it.each(residualResults)('$name has as many parameters as our network of that depth', (result) => {
    const design = networkDesignSchema.parse({ family: 'residual', n: nOfDepth(result.layers!)! })
    expect(buildNetwork(design).parameterCount).toBe(result.parameters)
  })

  it('published CIFAR-10 results gives every number its source', () => {
    for (const result of [...residualResults, ...otherResults])
      expect(result.source).toMatchObject({ work: 'He et al. 2015', location: 'Table 6' })
    for (const result of plainReadings)
      expect(result).toMatchObject({ readOff: true, source: { location: expect.stringContaining('Fig. 6') as string } })
    for (const result of reviewResults) expect(result.source.work).toBe('Review of He et al.')
    expect(new Set(portResults.map(({ source }) => source.work))).toEqual(new Set(['a-martyn', 'akamaster']))
  })

  it('published CIFAR-10 results finds what the paper prints or draws, and none where it does neither', () => {
    expect(publishedTestError(networkDesignSchema.parse({ family: 'residual', n: 9 }))).toMatchObject({
      name: 'ResNet-56',
      testError: 0.0697,
      source: { location: 'Table 6' },
    })
    expect(publishedTestError(networkDesignSchema.parse({ family: 'plain', n: 9 }))).toMatchObject({ testError: 0.135, readOff: true })
    expect(publishedTestError(networkDesignSchema.parse({ family: 'plain', n: 1 }))).toBeNull()
  })

  it.each([{ shortcut: 'B' }, { widths: [32, 64, 128] }, { inputShape: [64, 64, 3] }, { classes: 100 }])(
    'published CIFAR-10 results holds no other network against a published one: %j',
    (change) => {
      expect(publishedTestError(networkDesignSchema.parse({ family: 'residual', n: 9, ...change }))).toBeNull()
    },
  )

  it('published CIFAR-10 results says of each value whose it is, and which were read off a figure', () => {
    const designs = [
      { family: 'residual', n: 9 },
      { family: 'residual', n: 9 },
      { family: 'plain', n: 3 },
      { family: 'plain', n: 5 },
    ].map((design) => networkDesignSchema.parse(design))
    expect(publishedLevels(designs).map(({ label }) => label)).toEqual(['56: 6.97, paper', '20: ≈ 9.5, paper', '32: ≈ 10.0, paper'])
  })
})

describe('published ImageNet results', () => {
  it('published ImageNet results counts the layers of Table 1 from its blocks', () => {
    for (const net of imagenetNetworks) {
      const blocks = net.blocks.reduce((sum, count) => sum + count, 0)
      expect(2 + blocks * (net.block === 'bottleneck' ? 3 : 2)).toBe(net.layers)
    }
  })

  it('published ImageNet results holds the errors as fractions', () => {
    expect(imagenetResults.find((result) => result.name === 'ResNet-152')).toMatchObject({ top1: 0.2143, top5: 0.0571 })
  })
})
