import { describe, expect, it } from 'vitest'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { torchvision } from '../../../../src/common/weights/habits/torchvision.ts'
import { fromPyTorch, shapeInPyTorch, toPyTorch, type Layout } from '../../../../src/common/weights/layout.ts'

const counted = (length: number) => Float32Array.from({ length }, (_, index) => index)

describe('layouts of weights', () => {
  it('a convolution’s [height, width, in, out] becomes [out, in, height, width]', () => {
    const [height, width, channels, filters] = [2, 3, 40, 5]
    const values = counted(height * width * channels * filters)
    const laid = toPyTorch(values, [height, width, channels, filters], { kind: 'convolution' })
    for (const [y, x, i, o] of [
      [0, 0, 0, 0],
      [1, 2, 39, 4],
      [1, 0, 33, 2],
    ] as const)
      expect(laid[((o * channels + i) * height + y) * width + x]).toBe(values[((y * width + x) * channels + i) * filters + o])
    expect(shapeInPyTorch([height, width, channels, filters], { kind: 'convolution' })).toEqual([5, 40, 2, 3])
  })

  it('a fully connected layer is transposed', () => {
    expect([...toPyTorch(counted(6), [2, 3], { kind: 'fully-connected', map: null })]).toEqual([0, 3, 1, 4, 2, 5])
  })

  it('behind a flattened map the rows go from pixel by pixel to channel by channel', () => {
    const map = [1, 2, 3] as const
    // One output: rows are [pixel, channel] here, [channel, pixel] in PyTorch.
    expect([...toPyTorch(counted(6), [6, 1], { kind: 'fully-connected', map })]).toEqual([0, 3, 1, 4, 2, 5])
    const network = buildNetwork({
      architecture: 'vgg',
      family: 'plain',
      layers: 16,
      headWidth: 8,
      inputShape: [64, 64, 3],
      widths: [1, 1, 1, 1, 2],
    })
    const flattened = torchvision.names(network).filter(({ layout }) => layout.kind === 'fully-connected' && layout.map !== null)
    expect(flattened).toMatchObject([{ theirs: 'classifier.0.weight', layout: { map: [2, 2, 2] }, theirShape: [8, 8] }])
  })

  it.each<readonly [readonly number[], Layout]>([
    [[3, 3, 70, 33], { kind: 'convolution' }],
    [[50, 7], { kind: 'fully-connected', map: null }],
    [[50, 7], { kind: 'fully-connected', map: [5, 1, 10] }],
    [[9], { kind: 'vector' }],
  ])('an array of shape %j is the same after there and back', (shape, layout) => {
    const values = counted(shape.reduce((product, size) => product * size, 1))
    expect(fromPyTorch(toPyTorch(values, shape, layout), shape, layout)).toEqual(values)
  })
})
