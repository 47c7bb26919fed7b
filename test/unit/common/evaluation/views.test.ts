import { describe, expect, it } from 'vitest'
import { viewGroups } from '../../../../src/common/evaluation/scoring-plan.ts'
import { viewCounts, type ViewSettings, viewsOf } from '../../../../src/common/evaluation/views.ts'
import { designAt } from '../../../../src/common/network/design.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { testProtocols } from '../../../../src/common/results/protocols.ts'

const square = (side: number) => ({ height: side, width: side })
const cifar: ViewSettings = { size: square(32), scaled: false, sameSize: true, cropPadding: 4 }
const photographs: ViewSettings = { size: square(224), scaled: true, sameSize: false, cropPadding: 0 }
const networkOf = (architecture: string, depth: number, side: number, family: 'plain' | 'residual' = 'residual') =>
  buildNetwork(designAt(architecture, { family, depth, shortcut: 'B', inputShape: [side, side, 3], classes: 10 }))
const noScaling = { cropPadding: 4, imageSize: null, scaleJitter: [] }
const smallImages = { name: 'cifar10', image: { size: 'fixed', height: 32, width: 32, channels: 3 } } as const

describe('views', () => {
  it.each(testProtocols)('views of %s are as many as every image is seen in', (protocol) => {
    for (const settings of [cifar, photographs]) expect(viewsOf(protocol, square(500), settings)).toHaveLength(viewCounts[protocol])
  })

  it('views of a single view are the image itself where it has the network’s size, else its centre at 256/224', () => {
    expect(viewsOf('single-view', square(32), cifar)).toEqual([
      { scaled: square(32), padding: 0, top: 0, left: 0, size: square(32), mirrored: false },
    ])
    const [view] = viewsOf('centre-crop', { height: 300, width: 400 }, photographs)
    expect(view).toEqual({
      scaled: { height: 256, width: 341 },
      padding: 0,
      top: 16,
      left: 58,
      size: square(224),
      mirrored: false,
    })
  })

  it('views of 10-crop are corners and centre of the padded image and their mirror images', () => {
    const views = viewsOf('10-crop', square(32), cifar)
    expect(views.map(({ top, left, mirrored }) => [top, left, mirrored])).toEqual(
      [
        [0, 0],
        [0, 8],
        [8, 0],
        [8, 8],
        [4, 4],
      ].flatMap((at) => [
        [...at, false],
        [...at, true],
      ]),
    )
    expect(views.every(({ padding, size }) => padding === 4 && size.height === 32)).toBe(true)
    expect(viewsOf('10-crop', square(32), { ...cifar, cropPadding: 0 })[0]!.padding).toBe(4)
    expect(viewsOf('10-crop', square(32), { ...cifar, cropPadding: 2 })[3]).toMatchObject({ padding: 2, top: 0, left: 4 })
  })

  it('views of 10-crop are corners and centre of a larger image whose shorter side is 256/224 of the network’s', () => {
    const views = viewsOf('10-crop', { height: 300, width: 400 }, photographs).filter(({ mirrored }) => !mirrored)
    expect(views.map(({ top, left }) => [top, left])).toEqual([
      [0, 0],
      [0, 117],
      [32, 0],
      [32, 117],
      [16, 58],
    ])
    expect(views.every(({ scaled, padding }) => scaled.height === 256 && scaled.width === 341 && padding === 0)).toBe(true)
  })

  it('views of multi-scale have the paper’s five sides, scaled for other networks to multiples of 4', () => {
    const sides = (settings: ViewSettings, image = square(settings.size.height)) =>
      viewsOf('multi-scale', image, settings)
        .filter(({ mirrored }) => !mirrored)
        .map(({ size }) => size.height)
    expect(sides(photographs, square(500))).toEqual([224, 256, 384, 480, 640])
    expect(sides(cifar)).toEqual([32, 36, 56, 68, 92])
    expect(sides({ ...photographs, size: square(64) }, square(96))).toEqual([64, 72, 108, 136, 184])
  })

  it('views of multi-scale show the whole image where all have one size, else the centre square', () => {
    const wide = { height: 200, width: 300 }
    const whole = viewsOf('multi-scale', wide, { ...photographs, sameSize: true })[2]!
    expect(whole).toMatchObject({ scaled: { height: 256, width: 384 }, size: { height: 256, width: 384 }, top: 0, left: 0 })
    const centre = viewsOf('multi-scale', wide, photographs)[3]!
    expect(centre).toMatchObject({ scaled: { height: 256, width: 384 }, size: square(256), top: 0, left: 64, mirrored: true })
  })
})

describe('the plan of what is read and scored', () => {
  it('the plan of a 10-crop of small images reads each image once and cuts the views from it', () => {
    const network = networkOf('cifar', 20, 32)
    const groups = viewGroups('10-crop', { network, recipe: noScaling, manifest: smallImages })
    expect(groups).toHaveLength(1)
    expect(groups[0]!.views).toHaveLength(10)
    expect(groups[0]!.windows(square(32))).toMatchObject([{ scaled: square(32), top: 0, left: 0 }])
    expect(groups[0]!.network).toBe(network)
  })

  it('the plan of a 10-crop of photographs reads five windows of each once, and sees each window and its mirror image', () => {
    const manifest = { name: 'photographs', image: { size: 'varied', encoding: 'encoded', channels: 3 } } as const
    const recipe = { cropPadding: 0, imageSize: 224, scaleJitter: [256, 480] }
    const [group, ...others] = viewGroups('10-crop', { network: networkOf('imagenet', 18, 224), recipe, manifest })
    expect(others).toEqual([])
    expect(group!.views.map(({ mirrored }) => mirrored)).toEqual([false, true])
    expect(group!.windowCount).toBe(5)
    const windows = group!.windows({ height: 300, width: 400 })
    expect(windows.map(({ top, left }) => [top, left])[3]).toEqual([32, 117])
    expect(new Set(windows.map(({ scaled }) => JSON.stringify(scaled))).size).toBe(1)
  })

  it('the plan of multi-scale has the same weights for five sizes of image, of larger ones fewer at once', () => {
    const network = networkOf('cifar', 20, 32)
    const groups = viewGroups('multi-scale', { network, recipe: noScaling, manifest: smallImages })
    expect(groups.map((group) => group.network.design.inputShape[0])).toEqual([32, 36, 56, 68, 92])
    expect(groups.map((group) => group.network.parameterCount)).toEqual(Array(5).fill(network.parameterCount))
    expect(groups.map(({ batchSize }) => batchSize)).toEqual([100, 79, 33, 22, 12])
    const last = groups[4]!.network.layers
    expect(last.find(({ kind }) => kind === 'global-average-pooling')?.inputShape).toEqual([23, 23, 64])
  })

  it('the plan of multi-scale is refused where a fully connected layer has weights for each pixel', () => {
    const network = networkOf('vgg', 16, 32, 'plain')
    const settings = { network, recipe: noScaling, manifest: smallImages }
    expect(() => viewGroups('multi-scale', settings)).toThrow(/takes images of 32x32 pixels only: .*Choose single-view or 10-crop/)
    expect(viewGroups('10-crop', settings)).toHaveLength(1)
  })
})
