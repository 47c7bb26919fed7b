import { describe, expect, it } from 'vitest'
import { designAt, labelOf, networkDesignSchema, settingsOf } from '../../../../src/common/network/design.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'

type Point = Parameters<typeof designAt>[1]
const at = (changes: Partial<Point> = {}) =>
  designAt('imagenet', { family: 'residual', depth: 18, shortcut: 'B', inputShape: [224, 224, 3], classes: 1000, ...changes })

describe('an ImageNet net', () => {
  it.each([
    [18, 11_689_512, 1.81],
    [34, 21_797_672, 3.66],
    [50, 25_557_032, 3.86],
    [101, 44_549_160, 7.57],
    [152, 60_192_808, 11.28],
  ])('of %i layers has the parameters of option B and the multiply-adds of Table 1', (depth, parameters, billions) => {
    const network = buildNetwork(at({ depth }))
    expect(network.depth).toBe(depth)
    expect(network.parameterCount).toBe(parameters)
    expect(network.multiplyAdds / 1e9).toBeCloseTo(billions, 2)
    expect(buildNetwork(at({ depth, family: 'plain' })).depth).toBe(depth)
  })

  it('halves the map in the stem, in the pool and in the first block of stages 2 to 4', () => {
    const sides = (design: Point['settings'], size: number) =>
      buildNetwork(at({ settings: design, inputShape: [size, size, 3] })).layers.flatMap(({ name, outputShape }) =>
        /^stem\.(relu|pooling)$|\.block1\.addition$/.test(name) ? [outputShape[0]] : [],
      )
    expect(sides({}, 224)).toEqual([112, 56, 56, 28, 14, 7])
    expect(sides({}, 32)).toEqual([16, 8, 8, 4, 2, 1])
    expect(sides({ stem: '3x3' }, 32)).toEqual([32, 32, 16, 8, 4])
  })

  it('has the stride of a bottleneck in its first 1x1 layer, or by a setting in its 3x3 layer', () => {
    const strided = (settings: Point['settings']) =>
      buildNetwork(at({ depth: 50, settings })).layers.flatMap((layer) =>
        layer.name.startsWith('stage2.block1') && layer.kind === 'convolution' && layer.attributes.stride === 2 ? [layer.name] : [],
      )
    expect(strided({})).toEqual(['stage2.block1.convolution1', 'stage2.block1.projection'])
    expect(strided({ bottleneckStride: '3x3' })).toEqual(['stage2.block1.convolution2', 'stage2.block1.projection'])
  })

  it('tells in its name only what its depth does not tell', () => {
    expect(labelOf(at({ depth: 50 }))).toBe('residual-50 B imagenet')
    expect(labelOf(at({ depth: 50, settings: { blockKind: 'bottleneck', bottleneckStride: '3x3', stem: '3x3' } }))).toBe(
      'residual-50 B imagenet stride-3x3 stem-3x3',
    )
    expect(labelOf(at({ depth: 26, settings: { blocks: [2, 2, 2, 2] } }))).toBe('residual-26 B imagenet blocks-2-2-2-2')
    expect(labelOf(at({ widths: [32, 64, 128, 256] }))).toBe('residual-18 B imagenet 32-64-128-256')
  })

  it('stores no setting that has its default or that does not matter, so that equal networks are equal', () => {
    expect(at({ settings: { stem: '7x7', bottleneckStride: '3x3', blockKind: 'basic' } })).toEqual(at())
    const design = at({ depth: 14, settings: { blocks: [1, 1, 1, 1], stem: '3x3', bottleneckStride: '3x3' } })
    expect(networkDesignSchema.parse(design)).toEqual(design)
    expect(at({ depth: 14, settings: settingsOf(design) })).toEqual(design)
    expect(settingsOf(at({ depth: 101 }))).toEqual({})
  })

  it('has option B unless told otherwise', () => {
    expect(
      networkDesignSchema.parse({ architecture: 'imagenet', family: 'residual', blocks: [2, 2, 2, 2], blockKind: 'basic' }).shortcut,
    ).toBe('B')
    expect(networkDesignSchema.parse({ family: 'residual', n: 3 }).shortcut).toBe('A')
  })

  it.each<[string, Partial<Point>]>([
    ['ImageNet nets have no 20 layers: there are 18 (basic 2-2-2-2), 34 (basic 3-4-6-3), 50 (bottleneck 3-4-6-3)', { depth: 20 }],
    ['there are 10 (basic 1-1-1-1), 14 (bottleneck 1-1-1-1); the nearest are 10 and 14', { depth: 12, settings: { blocks: [1, 1, 1, 1] } }],
    ['the nearest is 34', { depth: 50, settings: { blockKind: 'basic' } }],
    ['take images of 17 pixels and more a side; got 16x32. Choose the 3x3 stem', { inputShape: [16, 32, 3] }],
    ['"stemm" of ImageNet nets: there is no such setting; did you mean "stem"?; got "3x3".', { settings: { stemm: '3x3' } }],
    ['"stem" of ImageNet nets: expected 7x7 or 3x3; got "5x5".', { settings: { stem: '5x5' } }],
    ['expected 4 widths, one a stage, such as 64,128,256,512; got 16,32,64', { widths: [16, 32, 64] }],
    ['widths must not decrease', { shortcut: 'A', widths: [64, 32, 32, 32] }],
  ])('refuses with "%s"', (message, point) => {
    expect(() => at(point)).toThrow(message)
  })
})

describe('a CIFAR net of bottlenecks', () => {
  const of = (depth: number, settings: Point['settings'] = { blockKind: 'bottleneck' }) =>
    designAt('cifar', { family: 'residual', shortcut: 'A', inputShape: [32, 32, 3], classes: 10, depth, settings })

  it('has 9n+2 layers, four times the width at the end of each block, and says so in its name', () => {
    const design = of(164)
    expect(labelOf(design)).toBe('residual-164 A bottleneck')
    expect(design).toMatchObject({ n: 18, blockKind: 'bottleneck' })
    const network = buildNetwork(design)
    expect(network.depth).toBe(164)
    expect(network.layers.find(({ name }) => name === 'stage3.block18.addition')?.outputShape).toEqual([8, 8, 256])
    expect(() => of(26)).toThrow('with bottlenecks n gives 9n+2 layers: 11, 20, 29, 38 and so on; the nearest are 20 and 29.')
  })

  it('is another network than the one of equal depth that is made of pairs, which keeps the design it had', () => {
    const pairs = of(56, {})
    expect(of(56, { blockKind: 'basic' })).toEqual(pairs)
    expect(pairs).toEqual({
      architecture: 'cifar',
      family: 'residual',
      shortcut: 'A',
      inputShape: [32, 32, 3],
      classes: 10,
      n: 9,
      widths: [16, 32, 64],
    })
    expect(of(56)).not.toEqual(pairs)
  })
})
