import { execFileSync } from 'node:child_process'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { sweepCommand } from '../../../../src/common/sweep/sweep-command.ts'
import { sweepOfRun } from '../../../../src/common/sweep/sweep-of-run.ts'
import { type Sweep, sweepSchema } from '../../../../src/common/sweep/sweep.ts'
import { parseSweepFile, sweepFileName, sweepFileText } from '../../../../src/common/sweep/sweep-text.ts'
import { addSweepOptions, sweepFromOptions, type SweepOptions } from '../../../../src/main/cli/sweep-options.ts'
import { draftFrom, toSweep } from '../../../../src/renderer/src/features/sweeps/draft.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const plain = sweepSchema.parse({ name: 'night', dataset: 'shapes-10', recipe: 'demo', families: ['plain'], n: [1] })
const rich: Sweep = {
  ...plain,
  name: 'Plain, residual × 8: it\'s "mine" # 1',
  set: { epochs: 3, milestones: [], flip: false, precision: 'fp32', warmupLearningRate: null, learningRate: 1e-7 },
  families: ['plain', 'residual'],
  depths: [8, 38],
  shortcuts: ['A', 'B'],
  widths: [
    [16, 32, 64],
    [8, 8, 8],
  ],
  seeds: [7],
  priority: -3,
}
const struck: Sweep = {
  ...rich,
  seeds: 3,
  exclude: [
    { family: 'plain', depth: 38 },
    { family: 'residual', depth: 8, shortcut: 'B', widths: [8, 8, 8] },
  ],
}
const ofRun = {
  ...sweepOfRun(sampleRun({ family: 'residual', n: 9, seed: 4, epochs: 7, train: 0.1, test: 0.1 }).summary.settings),
  name: 'residual-56 A, seed 4',
}

/** As a shell hands it to the command line. */
function typed(command: string): Sweep {
  const words = execFileSync(
    'sh',
    ['-c', `for word in ${command.replace(/^npx skiplab sweep run/, '')}; do printf '%s\\0' "$word"; done`],
    { encoding: 'utf8' },
  )
    .split('\0')
    .slice(0, -1)
  const parser = addSweepOptions(new Command().exitOverride()).option('--workspace <dir>')
  return sweepFromOptions(undefined, parser.parse(words, { from: 'user' }).opts<SweepOptions>())
}

const rated: Sweep = { ...plain, name: 'rates', learningRates: [0.01, 0.1] }
const asking: Sweep = sweepSchema.parse({
  ...plain,
  name: 'asking',
  families: ['plain', 'residual'],
  shortcuts: ['B'],
  seeds: 6,
  question: {
    ...{ of: { family: 'residual', depth: 8, shortcut: 'B' }, against: { family: 'plain', depth: 8 }, direction: 'lower' },
    ...{ error: 'train', smallest: 0.007, seeds: 4, looks: 2 },
  },
})
const tuned: Sweep = { ...rich, name: 'fine-tuned', initialWeights: '12:best' }

describe('a sweep that is taken away', () => {
  it.each([plain, rich, struck, ofRun, tuned, rated, asking])(
    'a sweep that is taken away comes back from its file as it was: $name',
    (sweep) => {
      const read = parseSweepFile(sweepFileText(sweep), 'other.yaml')
      expect(read).toEqual(sweep)
      expect(sweepSchema.parse(toSweep(draftFrom(read)))).toMatchObject({
        ...{ name: sweep.name, set: sweep.set, seeds: sweep.seeds },
        ...(sweep.initialWeights !== undefined && { initialWeights: sweep.initialWeights }),
      })
    },
  )

  it('a sweep that is taken away says in its file only what is not usual', () => {
    expect(sweepFileText(plain).split('\n').slice(1)).toEqual([
      'name: night',
      'dataset: shapes-10',
      'recipe: demo',
      'families: [ plain ]',
      'depths: [ 8 ]',
      '',
    ])
  })

  it.for([plain, rich, ofRun, tuned, rated, asking])('a sweep that is taken away is the same from its command: $name', (sweep, context) => {
    if (process.platform === 'win32') return context.skip('the command is written for the shells of other systems')
    const command = sweepCommand(sweep, '/home/me/my lab', true)
    expect(command).toMatch(/ --workspace '\/home\/me\/my lab' --again$/)
    expect(typed(command ?? '')).toEqual(sweep)
  })

  it('a sweep that is taken away needs a file where cells are left out', () => {
    expect(sweepCommand(struck, '/lab', false)).toBeNull()
    expect(sweepCommand(plain, '/lab', false, 'lab2')).toMatch(/ --place lab2 --workspace \/lab$/)
  })

  it.each([
    ['Plain, residual A × 20', 'plain-residual-a-20.yaml'],
    ['×', 'sweep.yaml'],
  ])('a sweep that is taken away named %s is the file %s', (name, file) => {
    expect(sweepFileName(name)).toBe(file)
  })
})
