import { describe, expect, it } from 'vitest'
import { designAt } from '../../../../src/common/network/design.ts'
import type { SettingValues } from '../../../../src/common/network/settings/setting.ts'
import { publicModel } from '../../../../src/common/weights/public-model.ts'

const usual = { family: 'residual', shortcut: 'B', classes: 10, inputShape: [224, 224, 3] as [number, number, number] } as const
const recipe = { batchNormEpsilon: 1e-5 }
const at = (architecture: string, point: Partial<Parameters<typeof designAt>[1]> & { depth: number }, settings: SettingValues = {}) =>
  designAt(architecture, { ...usual, inputShape: [...usual.inputShape], ...point, settings })

describe('the public code for a network', () => {
  it('torchvision makes ResNet-18 as it is, and ResNet-50 with the paper’s strides by one line more', () => {
    expect(publicModel('torchvision', at('imagenet', { depth: 18 }), recipe)).toEqual({
      imports: 'from torchvision.models import resnet18',
      expression: 'resnet18(num_classes=10)',
      changes: [],
      differences: [],
    })
    const [stride] = publicModel('torchvision', at('imagenet', { depth: 50 }), recipe)!.changes
    expect(stride).toContain('conv1.stride')
    expect(publicModel('torchvision', at('imagenet', { depth: 50 }, { bottleneckStride: '3x3' }), recipe)!.changes).toEqual([])
  })

  it('another epsilon of BN is a line more', () => {
    expect(publicModel('torchvision', at('imagenet', { depth: 34 }), { batchNormEpsilon: 2e-5 })!.changes).toEqual([
      expect.stringContaining('m.eps = 0.00002  #'),
    ])
  })

  it('VGG nets are torchvision’s where their head reads a map of 7x7', () => {
    const vgg = (inputShape: [number, number, number], settings: SettingValues = {}) =>
      publicModel('torchvision', at('vgg', { depth: 16, family: 'plain', inputShape }, settings), recipe)
    expect(vgg([224, 224, 3])?.expression).toBe('vgg16_bn(num_classes=10)')
    expect(vgg([224, 224, 3], { normalization: 'none' })?.expression).toBe('vgg16(num_classes=10)')
    expect(vgg([64, 64, 3])).toBeNull()
  })

  it('a-martyn makes plain and residual CIFAR nets, and akamaster’s option A pads on both sides', () => {
    const residual = at('cifar', { depth: 20, shortcut: 'A', inputShape: [32, 32, 3] })
    expect(publicModel('a-martyn', residual, recipe)?.expression).toBe('ResNet(3, shortcuts=True)')
    expect(publicModel('a-martyn', at('cifar', { depth: 20, family: 'plain', inputShape: [32, 32, 3] }), recipe)?.expression).toBe(
      'ResNet(3, shortcuts=False)',
    )
    const both = at('cifar', { depth: 20, shortcut: 'A', inputShape: [32, 32, 3] }, { shortcutPadding: 'both' })
    expect([publicModel('akamaster', both, recipe)?.differences, publicModel('a-martyn', both, recipe)]).toEqual([[], null])
    expect(publicModel('akamaster', residual, recipe)?.differences[0]).toContain('F.pad must end in (0, 0, 0, 0, 0, planes // 2)')
  })

  it('there is none for other widths, stems, shortcuts, stochastic depth, or Skiplab’s own names', () => {
    const others = [
      at('imagenet', { depth: 18, widths: [32, 64, 128, 256] }),
      at('imagenet', { depth: 18 }, { stem: '3x3' }),
      at('imagenet', { depth: 18, shortcut: 'C' }),
      at('imagenet', { depth: 18 }, { survival: 0.5 }),
      at('imagenet', { depth: 18, family: 'plain' }),
    ]
    expect(others.map((design) => publicModel('torchvision', design, recipe))).toEqual(others.map(() => null))
    expect(publicModel('skiplab', at('imagenet', { depth: 18 }), recipe)).toBeNull()
  })
})
