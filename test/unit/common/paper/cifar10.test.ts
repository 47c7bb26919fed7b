import { describe, expect, it } from 'vitest'
import { nOfDepth } from '../../../../src/common/network/architectures/cifar.ts'
import { networkDesignSchema } from '../../../../src/common/network/design.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { otherResults, plainReadings, portResults, residualResults, reviewResults } from '../../../../src/common/paper/cifar10.ts'
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
