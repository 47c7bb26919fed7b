import { describe, expect, it } from 'vitest'
import { assessDegradation } from '../../../../src/common/analysis/degradation.ts'
import { headlineText } from '../../../../src/common/analysis/verdict-headline.ts'
import { verdictRows } from '../../../../src/common/analysis/verdict-table.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

type Network = readonly ['plain' | 'residual', number, readonly number[]]
/** Networks by family, n and the training error of each seed. */
const verdict = (...networks: readonly Network[]) =>
  assessDegradation(
    networks.flatMap(([family, n, errors]) =>
      errors.map((train, index) => sampleRun({ family, n, train, test: train, seed: index + 1 }).summary),
    ),
  )

describe('the verdict with few seeds', () => {
  it('the verdict with few seeds counts a difference of two seeds each that all networks’ spread leaves no doubt about', () => {
    // Welch's test on these two alone, with 1.1 degrees of freedom, asked for 10 points.
    const { depthHurtsPlain, shortcuts } = verdict(
      ['plain', 3, [0.08, 0.081]],
      ['plain', 9, [0.13, 0.145]],
      ['residual', 3, [0.07, 0.079]],
      ['residual', 9, [0.06, 0.067]],
    )
    expect(depthHurtsPlain.comparison).toMatchObject({ spread: 'shared', relation: 'higher' })
    expect(depthHurtsPlain.comparison!.margin!).toBeLessThan(0.031)
    expect([depthHurtsPlain.answer, shortcuts[0]!.answer]).toEqual(['yes', 'yes'])
  })

  it('the verdict with few seeds says that seeds share a spread, and names a network that spreads too much to share it', () => {
    const shared = verdict(['plain', 3, [0.08, 0.081]], ['plain', 9, [0.13, 0.145]])
    expect(shared.sentences.join(' ')).toContain(
      'The spread between seeds is pooled: comparisons take the largest among the networks, 1.06 points (2 degrees of freedom)',
    )
    const apart = verdict(
      ['plain', 1, [0.023, 0.025]],
      ['plain', 7, [0.249, 0.484]],
      ['residual', 1, [0.034, 0.03]],
      ['residual', 7, [0.018, 0.016]],
    )
    expect(apart.spread.apart).toEqual(['plain-44'])
    expect(apart.sentences.join(' ')).toContain('plain-44 spreads far more over the seeds than the others')
    expect(apart.depthHurtsPlain.comparison?.spread).toBe('own')
  })

  it('the verdict with few seeds never asks for more than is possible, and says how many more seeds would tell', () => {
    const { depthHurtsPlain, sentences, seedsWanted, ...rest } = verdict(
      ['plain', 1, [0.023, 0.025]],
      ['plain', 7, [0.249, 0.484]],
      ['residual', 1, [0.034, 0.03]],
      ['residual', 7, [0.018, 0.016]],
    )
    expect(depthHurtsPlain).toMatchObject({ answer: 'inconclusive', comparison: { margin: null, moreSeeds: 3 } })
    expect(seedsWanted).toBe(5)
    expect(sentences.join(' ')).not.toMatch(/\b1\d\d\.\d\d/)
    expect(sentences.join(' ')).toContain('Too few seeds for plain-8 and plain-44')
    expect(sentences.join(' ')).toContain('3 more for each network would tell')
    expect(verdictRows({ depthHurtsPlain, ...rest })[0]).toMatchObject({
      what: 'plain, 8 to 44 layers',
      difference: '+34.25',
      margin: 'too few seeds',
    })
  })

  it('the verdict with few seeds keeps every threshold within what is possible, whatever the seeds', () => {
    for (let trial = 0; trial < 200; trial++) {
      const errors = (count: number) =>
        Array.from({ length: count }, (_, seed) => Math.abs(Math.sin(trial * 12.9 + seed * 78.2 + count)) ** 3 * 0.85)
      const { depthHurtsPlain, shortcuts } = verdict(
        ['plain', 3, errors(2)],
        ['plain', 9, errors(2 + (trial % 2))],
        ['residual', 9, errors(1 + (trial % 3))],
      )
      for (const pair of [depthHurtsPlain.comparison, shortcuts[0]?.againstPlain])
        if (pair?.margin)
          expect(pair.margin).toBeLessThanOrEqual(
            Math.max(0.02, pair.difference > 0 ? 1 - pair.from.trainError!.mean : pair.from.trainError!.mean),
          )
    }
  })

  it('the verdict with few seeds takes for one seed against three the spread of the other networks, and two points at least', () => {
    const few = verdict(
      ['plain', 3, [0.05, 0.052, 0.048]],
      ['plain', 9, [0.075]],
      ['residual', 3, [0.05, 0.051, 0.049]],
      ['residual', 9, [0.05, 0.052, 0.051]],
    )
    expect(few.depthHurtsPlain).toMatchObject({ answer: 'yes', comparison: { margin: 0.02, singleSeed: true } })
    expect(few.sentences.join(' ')).toContain('2.00 points where a network has one seed (plain-56)')
    expect(few.seedsWanted).toBe(3)
  })

  it('the verdict with few seeds with one seed each counts two points and proposes three seeds', () => {
    const { depthHurtsPlain, seedsWanted } = verdict(['plain', 3, [0.05]], ['plain', 9, [0.09]])
    expect(depthHurtsPlain.comparison).toMatchObject({ margin: 0.02, interval: null, spread: 'unknown', relation: 'higher' })
    expect(seedsWanted).toBe(3)
  })

  it('the verdict with few seeds proposes no seeds where these tell enough', () => {
    expect(verdict(['plain', 3, [0.05, 0.051, 0.049]], ['plain', 9, [0.12, 0.122, 0.121]]).seedsWanted).toBeNull()
  })

  it('the verdict with few seeds does not deny a difference that is beyond chance though too small to count', () => {
    const { depthHurtsPlain, sentences, headline } = verdict(['plain', 3, [0.05, 0.0502, 0.0498]], ['plain', 9, [0.0535, 0.0537, 0.0533]])
    expect(depthHurtsPlain.answer).toBe('no')
    expect(depthHurtsPlain.comparison!.pValue!).toBeLessThan(0.009)
    expect(sentences[0]).toContain('a difference beyond chance (p < 0.001) but smaller than the 0.50 points that count')
    expect([headline.plain, ...sentences].join(' ')).not.toContain('does not hurt')
  })

  it('gives that difference the p-value and the interval of scipy’s Welch statistic with four degrees of freedom', () => {
    // t = scipy.stats.ttest_ind([.070, .075, .066, .071, .0735], [.062, .063, .0625, .0618, .0631], equal_var=False).statistic = 5.476577;
    // 2 * scipy.stats.t.sf(t, 4) = 0.005411, 95 % ± 0.004370. Welch's own 4.22 degrees of freedom would say 0.004614, ± 0.004280.
    const { depthHurtsPlain } = verdict(
      ['plain', 3, [0.062, 0.063, 0.0625, 0.0618, 0.0631]],
      ['plain', 9, [0.07, 0.075, 0.066, 0.071, 0.0735]],
    )
    expect(depthHurtsPlain.comparison).toMatchObject({ spread: 'own', relation: 'higher' })
    expect(depthHurtsPlain.comparison!.pValue).toBeCloseTo(0.005411, 6)
    expect(depthHurtsPlain.comparison!.interval).toBeCloseTo(0.00437, 6)
  })
})

describe('what an untested answer lacks', () => {
  it('what an untested answer lacks names the one depth that there is, and not a need that is met', () => {
    const { sentences } = verdict(['plain', 3, [0.05]], ['residual', 3, [0.02]])
    expect(sentences[0]).toBe(
      'Whether depth hurts the plain net is untested: plain-20 is the only plain net among these runs; a second depth is missing.',
    )
    expect(sentences[1]).toBe(
      'Shortcut A: residual-20 A ends at 2.00 % training error, 3.00 points below plain-20; whether that is a cure is ' +
        'untested, as is whether depth hurts the plain net.',
    )
  })

  it('what an untested answer lacks names the family that is missing', () => {
    const { sentences } = verdict(['residual', 3, [0.02]], ['residual', 9, [0.02]])
    expect(sentences[0]).toContain('no plain net is among these runs')
    expect(sentences[1]).toContain('no plain net has finished to compare with')
    expect(verdict(['plain', 3, [0.05]], ['plain', 9, [0.12]], ['residual', 5, [0.02]]).sentences[1]).toContain(
      'no plain net has finished at a depth at which a residual one has',
    )
  })
})

describe('the verdict’s first line and its table', () => {
  it('the verdict’s first line and its table gives the answer and a mark for each shortcut', () => {
    const { headline } = verdict(['plain', 3, [0.05]], ['plain', 9, [0.12]], ['residual', 3, [0.04]], ['residual', 9, [0.02]])
    expect(headlineText(headline)).toBe('Depth hurts the plain net: ✓ shortcut A cures it.')
    const { headline: worse } = verdict(['plain', 3, [0.05]], ['plain', 9, [0.12]], ['residual', 3, [0.04]], ['residual', 9, [0.12]])
    expect(worse.shortcuts[0]).toEqual({ variant: 'residual A', mark: 'no', text: 'shortcut A does not cure it' })
  })

  it('the verdict’s table has a row for the depth of each variant and for each shortcut beside plain', () => {
    const rows = verdictRows(verdict(['plain', 3, [0.05]], ['plain', 9, [0.12]], ['residual', 3, [0.04]], ['residual', 9, [0.02]]))
    expect(rows).toEqual([
      { what: 'plain, 20 to 56 layers', from: '5.00 %', to: '12.00 %', difference: '+7.00', margin: '2.00', relation: 'higher' },
      {
        what: 'residual A, 20 to 56 layers',
        from: '4.00 %',
        to: '2.00 %',
        difference: '−2.00',
        margin: '2.00',
        relation: 'no clear difference',
      },
      { what: 'plain to residual A, 56 layers', from: '12.00 %', to: '2.00 %', difference: '−10.00', margin: '2.00', relation: 'lower' },
    ])
  })
})
