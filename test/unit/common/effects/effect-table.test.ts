import { describe, expect, it } from 'vitest'
import { effectTableSchema } from '../../../../src/common/effects/effect.ts'
import { effectTable, effectTables, seedsFor } from '../../../../src/common/effects/effect-table.ts'
import { sampleRun, type Sample } from '../../../fixtures/sample-runs.ts'

const run = (family: 'plain' | 'residual', n: number, seed: number, test: number, more: Partial<Sample> = {}) =>
  sampleRun({ family, n, seed, train: test / 2, test, ...more }).summary
const scatter = [0.001, -0.002, 0.0015, -0.0005]
const seeds = (family: 'plain' | 'residual', n: number, mean: number, more: Partial<Sample> = {}, shift = 0) =>
  scatter.map((deviation, index) => run(family, n, index + 1, mean + deviation * (1 + shift) + shift * index * index * 1e-3, more))
const sweep = [...seeds('plain', 3, 0.09), ...seeds('plain', 9, 0.12, {}, 0.5), ...seeds('residual', 9, 0.118, { shortcut: 'B' }, 4)]

describe('effects of a sweep', () => {
  it('effects of a sweep are its depths and its families, each pair with interval, p and words', () => {
    const table = effectTable('sample', sweep)
    expect(effectTableSchema.parse(table)).toEqual(table)
    expect(table.effects.map(({ kind, name }) => `${kind}: ${name}`)).toEqual([
      'depth: plain, 20 to 56 layers',
      'family: plain to residual B, 56 layers',
    ])
    expect(table.effects[0]).toMatchObject({ method: 'paired-t', relation: 'higher', moreSeeds: 0, words: 'higher' })
    expect(table.effects[1]).toMatchObject({
      relation: 'open',
      words: expect.stringMatching(/^open; .* (would settle it|may not be enough)$/) as string,
    })
    expect(table.notes.join(' ')).toContain('Holm’s correction for 2 comparisons')
  })

  it('effects of a sweep can be of its training errors, or of one kind of comparison', () => {
    const [only] = effectTables(sweep, { by: ['depth'], split: 'train' })
    expect(only!.effects).toHaveLength(1)
    expect(only!.effects[0]!.difference).toBeCloseTo(effectTable('', sweep).effects[0]!.difference / 2)
    expect(only!.effects[0]!.correctedPValue).toBe(only!.effects[0]!.pValue)
    expect(effectTables(sweep, { by: ['shortcut'] })).toEqual([])
  })

  it('seeds of a second sweep are a second look: their corrected p is twice as large, and a note says so', () => {
    const later = sweep.map((each) => ({ ...each, queuedAt: each.settings.seed > 2 ? 2 : 1 }))
    const [once, twice] = [sweep, later].map((runs) => effectTable('', runs, { by: ['depth'] }))
    expect(once!.effects[0]!.looks).toBe(1)
    expect(twice!.effects[0]).toMatchObject({ looks: 2, pValue: once!.effects[0]!.pValue })
    expect(twice!.effects[0]!.correctedPValue).toBeCloseTo(2 * once!.effects[0]!.correctedPValue!, 12)
    expect(twice!.notes.join(' ')).toContain('the corrected p counts 2 looks')
    expect(once!.notes.join(' ')).not.toContain('looks')
  })

  it('shortcut options are compared with each other at one depth', () => {
    const options = (['A', 'B', 'C'] as const).flatMap((shortcut) => seeds('residual', 3, 0.1, { shortcut }))
    expect(effectTable('', options, { by: ['shortcut'] }).effects.map(({ name }) => name)).toEqual([
      'residual A to residual B, 20 layers',
      'residual A to residual C, 20 layers',
      'residual B to residual C, 20 layers',
    ])
  })

  it('runs that diverged or are to come are told and in no number', () => {
    const more = [run('plain', 9, 7, 0.9, { state: 'diverged' }), run('plain', 3, 8, 0.9, { state: 'waiting' })]
    const { effects, notes } = effectTable('', [...sweep, ...more])
    expect(effects[0]!.difference).toBe(effectTable('', sweep).effects[0]!.difference)
    expect(notes).toContain('Not in any number: 1 of plain-56 diverged.')
    expect(notes).toContain('Not finished: plain-20 (1).')
  })

  it('the seeds of an open comparison are one sweep of its two networks', () => {
    const pair = [...seeds('plain', 9, 0.12), ...seeds('residual', 9, 0.13, { shortcut: 'B' }, 2)].filter(
      ({ settings }) => settings.seed < 4,
    )
    const table = effectTable('', [...pair, ...seeds('plain', 3, 0.09)], { by: ['family'] })
    const [open] = table.effects
    expect(open!.moreSeeds).toBeGreaterThan(0)
    const proposed = seedsFor(table.effects, sweep)!
    expect(proposed.sweep).toMatchObject({ depths: [56], families: ['plain', 'residual'] })
    expect(proposed.sweep.seeds).toHaveLength(3 + open!.moreSeeds!)
    expect(seedsFor(table.effects, [...sweep, run('plain', 9, 9, 0.1, { state: 'running' })])).toBeNull()
  })

  it('one seed each says that a spread takes three', () => {
    const { effects } = effectTable('', [run('plain', 3, 1, 0.1), run('plain', 9, 1, 0.2)])
    expect(effects[0]).toMatchObject({ relation: 'untested', moreSeeds: 2, words: 'untested; it takes 3 seeds each to know a spread' })
    const two = effectTable(
      '',
      [1, 2].flatMap((seed) => [run('plain', 3, seed, 0.1 + seed / 100), run('plain', 9, seed, 0.1 + seed / 90)]),
    )
    expect(two.effects[0]).toMatchObject({
      method: 'welch-t',
      relation: 'open',
      moreSeeds: 1,
      words: 'open; it takes 3 seeds each to know a spread',
    })
  })
})
