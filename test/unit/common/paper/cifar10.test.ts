import { describe, expect, it } from 'vitest'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { networkDesignSchema } from '../../../../src/common/network/design.ts'
import { otherResults, publishedTestError, residualResults, reviewResults } from '../../../../src/common/paper/cifar10.ts'
import { imagenetNetworks, tenCropResults } from '../../../../src/common/paper/imagenet.ts'

describe('published CIFAR-10 results', () => {
  it.each(residualResults)('$name has as many parameters as our network of that depth', (result) => {
    const design = networkDesignSchema.parse({ family: 'residual', n: result.network!.n })
    expect(buildNetwork(design).parameterCount).toBe(result.parameters)
    expect(result.layers).toBe(6 * result.network!.n + 2)
  })

  it('gives every number its source', () => {
    for (const result of [...residualResults, ...otherResults]) expect(result.source).toEqual({ work: 'He et al. 2015', place: 'Table 6' })
    for (const result of reviewResults) expect(result.source.work).toBe('Review of He et al.')
  })

  it('finds the paper’s value before the review’s, and none where there is none', () => {
    expect(publishedTestError('residual', 9)).toMatchObject({ name: 'ResNet-56', testError: 0.0697, source: { place: 'Table 6' } })
    expect(publishedTestError('plain', 3)).toMatchObject({ name: 'PlainNet-20', testError: 0.0969 })
    expect(publishedTestError('plain', 9)).toBeNull()
  })
})

describe('published ImageNet results', () => {
  it('counts the layers of Table 1 from its blocks', () => {
    for (const net of imagenetNetworks) {
      const blocks = net.blocks.reduce((sum, count) => sum + count, 0)
      expect(2 + blocks * (net.block === 'bottleneck' ? 3 : 2)).toBe(net.layers)
    }
  })

  it('holds the errors as fractions', () => {
    expect(tenCropResults.find((result) => result.name === 'ResNet-152')).toMatchObject({ top1: 0.2143, top5: 0.0571 })
  })
})
