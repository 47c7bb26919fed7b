import { describe, expect, it } from 'vitest'
import { designAt, labelOf, settingsOf } from '../../../../src/common/network/design.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'

type Point = Parameters<typeof designAt>[1]
const at = (changes: Partial<Point> = {}) =>
  designAt('vgg', { family: 'plain', depth: 16, shortcut: 'A', inputShape: [224, 224, 3], classes: 1000, ...changes })

describe('a VGG net', () => {
  // Parameters of torchvision's vgg16_bn and vgg19_bn, whose convolutions have biases beside BN: 4,224 and 5,504 more.
  it.each([
    [16, 138_365_992 - 4224, 15.35, 15.47],
    [19, 143_678_248 - 5504, 19.51, 19.63],
  ])('of %i layers has the parameters and multiply-adds of the VGG paper at 224 px', (depth, parameters, ofConvolutions, ofAll) => {
    const network = buildNetwork(at({ depth }))
    expect(network.depth).toBe(depth)
    expect(network.parameterCount).toBe(parameters)
    expect(network.multiplyAdds / 1e9).toBeCloseTo(ofAll, 2)
    const convolutions = network.layers.filter(({ kind }) => kind === 'convolution')
    expect(convolutions.reduce((sum, layer) => sum + layer.multiplyAdds, 0) / 1e9).toBeCloseTo(ofConvolutions, 2)
  })

  it('without BN has the very parameters of the VGG paper, biases included', () => {
    const settings = { normalization: 'none' }
    expect(buildNetwork(at({ settings })).parameterCount).toBe(138_357_544)
    expect(buildNetwork(at({ depth: 19, settings })).parameterCount).toBe(143_667_240)
    expect(labelOf(at({ settings }))).toBe('plain-16 vgg no BN')
  })

  it('has a hidden layer of 4096 features from 224 px on and of 512 on smaller images, unless told otherwise', () => {
    const head = (changes: Partial<Point>) =>
      buildNetwork(at(changes)).layers.flatMap((layer) =>
        layer.kind === 'fully-connected' ? [layer.inputShape[0], layer.outputShape[0]] : [],
      )
    expect(head({})).toEqual([25_088, 4096, 4096, 4096, 4096, 1000])
    expect(head({ inputShape: [64, 64, 3], classes: 10 })).toEqual([2048, 512, 512, 512, 512, 10])
    const wide = at({ inputShape: [32, 32, 3], settings: { headWidth: 1024 } })
    expect([labelOf(wide), settingsOf(wide)]).toEqual(['plain-16 vgg head-1024', { headWidth: 1024 }])
    expect(settingsOf(at())).toEqual({})
  })

  it.each<[string, Partial<Point>]>([
    ['VGG nets are plain only; got residual.', { family: 'residual' }],
    ['VGG nets have no 18 layers: there are 16 and 19; the nearest are 16 and 19.', { depth: 18 }],
    ['take images of 32 pixels and more a side; got 31x64.', { inputShape: [31, 64, 3] }],
    ['"activationOrder" of VGG nets: there is no such setting', { settings: { activationOrder: 'pre' } }],
    ['"headWidth" of VGG nets: expected a whole number from 1 to 16384; got 0.', { settings: { headWidth: 0 } }],
  ])('refuses with "%s"', (message, point) => {
    expect(() => at(point)).toThrow(message)
  })
})
