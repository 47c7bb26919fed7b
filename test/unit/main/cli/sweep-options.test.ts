import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sweepFromOptions, type SweepOptions } from '../../../../src/main/cli/sweep-options.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skiplab-sweep-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const flags: SweepOptions = { family: ['plain', 'residual'], n: [3, 9], dataset: 'cifar10', recipe: 'cifar10-10' }
/** Options that the settings of architectures add, which SweepOptions does not list. */
const optionsOf = (settings: Record<string, unknown>): SweepOptions => settings
const yaml = `
dataset: cifar10
recipe: cifar10-10
families: [plain, residual]
n: [3, 9]
set: { epochs: 12, flip: false }
`

describe('a sweep from options', () => {
  it('names itself after what it sweeps and takes defaults for the rest', () => {
    expect(sweepFromOptions(undefined, flags)).toMatchObject({
      name: 'plain and residual, 20, 56 layers, cifar10, cifar10-10',
      shortcuts: ['A'],
      widths: [[16, 32, 64]],
      seeds: 1,
      priority: 0,
    })
  })

  it('takes what is recomputed as a setting of the recipe, over that of --set', () => {
    const { set } = sweepFromOptions(undefined, { ...flags, set: ['recompute=none', 'microBatchSize=32'], recompute: 'blocks' })
    expect(set).toEqual({ recompute: 'blocks', microBatchSize: 32 })
  })

  it('takes settings of the architecture over those of a file, and its usual shortcut option', () => {
    const path = file(
      'nets.yaml',
      `${yaml.replace('n: [3, 9]', 'depths: [14]')}architecture: imagenet\nnetwork: { blocks: [1, 1, 1, 1], stem: 3x3 }\n`,
    )
    const sweep = sweepFromOptions(path, { ...optionsOf({ stem: '7x7', bottleneckStride: '3x3' }), widthMultiple: [1, 2] })
    expect(sweep).toMatchObject({
      network: { blocks: [1, 1, 1, 1], stem: '7x7', bottleneckStride: '3x3' },
      shortcuts: ['B'],
      widths: [
        [64, 128, 256, 512],
        [128, 256, 512, 1024],
      ],
    })
    expect(sweepFromOptions(path, { widthMultiple: [0.5] }).widths).toEqual([[32, 64, 128, 256]])
    expect(() => sweepFromOptions(path, { widthMultiple: [2, 0.3] })).toThrow(
      'expected a multiple that gives whole numbers from 1 to 4096; 0.3 times 64, 128, 256, 512 is 19.2, 38.4, 76.8, 153.6',
    )
    expect(() => sweepFromOptions(path, { widths: [[1, 2, 3, 4]], widthMultiple: [2] })).toThrow(
      'expected widths or their multiples, not both',
    )
    expect(sweepFromOptions(undefined, { ...flags, ...optionsOf({ blockKind: 'bottleneck' }) })).toMatchObject({ depths: [29, 83] })
    expect(() => sweepFromOptions(undefined, { ...flags, ...optionsOf({ stem: '3x3' }) })).toThrow(
      /"network.stem": there is no such setting; expected blockKind, bottleneckStride, .*; got "3x3"\./,
    )
  })

  it('reads settings by their type', () => {
    const { set } = sweepFromOptions(undefined, {
      ...flags,
      set: ['epochs=30', 'milestones=0.5,0.75', 'flip=false', 'precision=fp32', 'warmupLearningRate=null'],
    })
    expect(set).toEqual({ epochs: 30, milestones: [0.5, 0.75], flip: false, precision: 'fp32', warmupLearningRate: null })
  })

  it('takes a single milestone for a list of one', () => {
    expect(sweepFromOptions(undefined, { ...flags, set: ['milestones=0.5'] }).set).toEqual({ milestones: [0.5] })
  })

  it.each(['milestones=', 'milestones=null', 'milestones=[]'])('takes %s for a learning rate that never drops', (assignment) => {
    expect(sweepFromOptions(undefined, { ...flags, set: [assignment] }).set).toEqual({ milestones: [] })
  })

  it.each(['precision=[', 'precision={a', 'precision=*x'])('refuses %s as it refuses other values, though it is no YAML', (assignment) => {
    expect(() => sweepFromOptions(undefined, { ...flags, set: [assignment] })).toThrow(/^Precision \(--set precision=\.\.\.\): .*got "/)
  })

  it.each([
    [{ set: ['maximumLoss=.inf'] }, /--set maximumLoss=.*got Infinity/],
    [{ set: ['epoch=3'] }, /did you mean "epochs"/],
    [{ set: ['epochs'] }, /Expected --set NAME=VALUE/],
    [{ set: ['epochs=many'] }, /Epochs \(--set epochs=\.\.\.\)/],
    [{ dataset: undefined }, /Expected a sweep file, or --family/],
  ])('refuses %j in words', (more, message) => {
    expect(() => sweepFromOptions(undefined, { ...flags, ...more })).toThrow(message)
  })
})

describe('a sweep file', () => {
  it('is read from YAML and named after the file', () => {
    expect(sweepFromOptions(file('night.yaml', yaml), {})).toMatchObject({
      name: 'night',
      depths: [20, 56],
      set: { epochs: 12, flip: false },
    })
  })

  it('is read from JSON with a $schema', () => {
    const text = JSON.stringify({
      $schema: './sweep.schema.json',
      name: 'json',
      dataset: 'cifar10',
      recipe: 'demo',
      families: ['plain'],
      n: [1],
    })
    expect(sweepFromOptions(file('a.json', text), {})).toMatchObject({ name: 'json', families: ['plain'] })
  })

  it('gives way to options', () => {
    expect(sweepFromOptions(file('night.yaml', yaml), { n: [5], seeds: 3, set: ['epochs=20'] })).toMatchObject({
      depths: [32],
      seeds: 3,
      set: { epochs: 20, flip: false },
    })
  })

  it.each([
    ['familes: [plain]', /unknown field "familes"; did you mean "families"/],
    ['recipe: demo\ndataset: cifar10\nfamilies: [plian]\nn: [3]', /"families\[0\]".*got "plian"; did you mean "plain"/],
    ['recipe: demo\nfamilies: [plain]\nn: [3]', /"dataset" is missing/],
    ['recipe: demo\ndataset: cifar10\nfamilies: [plain]\nn: [0]', /"n\[0\]".*got 0/],
    ['families: [plain', /line 1|column/],
    ['a: b: c', /line 1, column 4\.$/],
    ['x: 1', /unknown field "x"; expected name,/],
    ['recipe: demo\ndataset: cifar10\nfamilies: [plain]\nn: [3]\nset: [7]', /"set".*got \[7\]/],
    ['recipe: demo\ndataset: cifar10\nfamilies: [plain]\nn: [3]\nset: 7', /"set".*got 7/],
    [
      'recipe: demo\ndataset: cifar10\nfamilies: [plain]\nn: [3]\nseeds: "3"',
      /"seeds": expected how many seeds .*or which, as a list.*got "3"/,
    ],
    ['recipe: demo\ndataset: cifar10\nfamilies: [plain]\nn: [3]\nexclude: [{ family: plain }]', /"exclude\[0\]\.depth" is missing/],
    ['recipe: demo\ndataset: cifar10\nfamilies: [plain]\nn:', /"depths" is missing/],
    ['- a', /expected a sweep with fields/],
    ['recipe: dmeo\ndataset: cifar10\nfamilies: [plain]\nn: [3]', /did you mean "demo"/],
  ])('with the mistake %j is refused with field and advice', (text, message) => {
    expect(() => sweepFromOptions(file('bad.yaml', text), {})).toThrow(message)
  })

  it('that does not exist is not found', () => {
    expect(() => sweepFromOptions(join(folder, 'none.yaml'), {})).toThrow(expect.objectContaining({ code: 'not-found' }))
  })

  it('may leave fields without a value', () => {
    expect(sweepFromOptions(file('night.yaml', `${yaml}name:\nexclude:\n`), {})).toMatchObject({ name: 'night' })
  })

  it.each([
    ['/dev/zero', /no sweep file: it has more than/],
    [tmpdir(), /is a folder/],
  ])('is neither %s', (path, message) => {
    expect(() => sweepFromOptions(path, {})).toThrow(message)
  })

  it('with an alias bomb is refused', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefg'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdef'[index]}`).join(', ')}]`),
    ].join('\n')
    expect(() => sweepFromOptions(file('bomb.yaml', bomb), {})).toThrow(/bomb\.yaml: its aliases/)
  })
})
