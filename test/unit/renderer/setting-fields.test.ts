import { describe, expect, it } from 'vitest'
import { designGap } from '../../../src/renderer/src/features/sweeps/design-gap.ts'
import type { Draft } from '../../../src/renderer/src/features/sweeps/draft.ts'
import { withArchitecture, withSetting } from '../../../src/renderer/src/features/sweeps/draft-networks.ts'
import { readSetting, settingFields, settingsInWords } from '../../../src/renderer/src/features/sweeps/setting-fields.ts'
import { builtInTemplates } from '../../../src/common/sweep/templates.ts'
import { draftOf } from '../../../src/renderer/src/features/sweeps/template-draft.ts'

const cifar = draftOf(builtInTemplates[0]!)
const names = (draft: Draft) => settingFields(draft).map(({ name }) => name)
const fieldOf = (draft: Draft, name: string) => settingFields(draft).find((field) => field.name === name)!

describe('fields for the settings of networks', () => {
  it('fields for the settings of networks are those that change one of the networks', () => {
    const common = ['activationOrder', 'normalization', 'initialization']
    expect(names({ ...cifar, families: ['plain'] })).toEqual(['blockKind', ...common])
    expect(names(cifar), 'residual').toEqual(['blockKind', ...common, 'shortcutPadding', 'survival'])
    expect(names({ ...cifar, families: ['highway'] })).toEqual(['blockKind', ...common, 'gateBias', 'shortcutPadding'])
    expect(names(withSetting(cifar, 'blockKind', 'bottleneck'))).toContain('bottleneckStride')
    const imagenet = withArchitecture({ ...cifar, families: ['plain'] }, 'imagenet')
    expect(names(imagenet)).toEqual(['blocks', 'blockKind', 'stem', ...common])
    expect(names({ ...imagenet, depths: [18, 50] }), 'the depth tells that there are bottlenecks').toContain('bottleneckStride')
    expect(names(withArchitecture(cifar, 'vgg'))).toEqual(['headWidth', 'normalization', 'initialization'])
  })

  it('a field for a setting shows its default, and auto where other fields tell it', () => {
    expect(fieldOf(cifar, 'blockKind')).toMatchObject({ kind: 'choice', choices: ['basic', 'bottleneck'], text: 'basic', changed: false })
    const imagenet = withArchitecture(cifar, 'imagenet')
    expect(fieldOf(imagenet, 'blockKind')).toMatchObject({ choices: ['', 'basic', 'bottleneck'], text: '', usual: 'auto' })
    expect(fieldOf(withSetting(imagenet, 'blocks', [1, 2, 3, 4]), 'blocks')).toMatchObject({
      kind: 'list',
      text: '1, 2, 3, 4',
      changed: true,
    })
  })

  it('a field for a setting reads numbers and lists, keeps what cannot be read, and is empty for the default', () => {
    expect(readSetting({ kind: 'list' }, '3-4; 6,3')).toEqual([3, 4, 6, 3])
    expect(readSetting({ kind: 'list' }, '3, many')).toBe('3, many')
    expect(readSetting({ kind: 'number' }, ' -2.5 ')).toBe(-2.5)
    expect(readSetting({ kind: 'number' }, '1 2')).toBe('1 2')
    expect(readSetting({ kind: 'number' }, '')).toBeUndefined()
  })

  it('a value that is refused is explained beside its field, shown even where it does not matter, and nothing can be queued', () => {
    const refused = withSetting(withArchitecture(cifar, 'imagenet'), 'blocks', readSetting({ kind: 'list' }, '2, 2'))
    expect(fieldOf(refused, 'blocks').problem).toBe('Expected 4 whole numbers from 1 to 200, separated by commas.')
    expect(designGap(refused, [], [])).toBe('Not valid among the settings of the networks: Blocks.')
    expect(designGap(withSetting(refused, 'blocks', [2, 2, 2, 2]), [], [])).toBeNull()
    const hidden = withSetting({ ...cifar, families: ['plain'] }, 'survival', 2)
    expect(fieldOf(hidden, 'survival').problem).toBe('Expected a number from 0.001 to 1.')
  })

  it('what is set is said in a line', () => {
    const set = withSetting(withSetting(withArchitecture(cifar, 'imagenet'), 'stem', '3x3'), 'normalization', 'none')
    expect(settingsInWords(settingFields(set))).toBe('Stem: 3x3; BN: none')
  })
})
