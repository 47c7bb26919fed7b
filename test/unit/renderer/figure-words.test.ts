import { describe, expect, it } from 'vitest'
import { assessDegradation } from '../../../src/common/analysis/degradation.ts'
import { figureWords } from '../../../src/renderer/src/features/tour/figure-words.ts'
import { sampleRun, type Sample } from '../../fixtures/sample-runs.ts'

/** Plain nets of 8 and 44 layers with these training errors, one for each seed. */
function wordsOf(shallow: readonly number[], deep: readonly number[]): string {
  const samples = (n: number, errors: readonly number[]): Sample[] =>
    errors.map((train, index) => ({ family: 'plain', n, train, test: train, seed: index + 1 }))
  return figureWords(assessDegradation([...samples(1, shallow), ...samples(7, deep)].map((sample) => sampleRun(sample).summary)))
}

describe('what the tour says of an own figure', () => {
  it('a figure in which the deeper plain net ends higher shows degradation', () => {
    expect(wordsOf([0.02], [0.2])).toMatch(/^This is degradation: the deeper plain net ends with the higher training error/)
  })

  it('a figure in which the deeper plain net stayed at chance shows degradation at its extreme', () => {
    expect(wordsOf([0.02], [0.9])).toMatch(/^This is degradation at its extreme: the deeper plain net did not learn at all/)
  })

  it('a figure without degradation says so, and that one seed is one draw', () => {
    expect(wordsOf([0.02], [0.02])).toMatch(/^Your figure does not show degradation this time\. One run of each network is one draw/)
    expect(wordsOf([0.2], [0.02])).toMatch(/^Your figure does not show degradation this time\./)
  })

  it('a figure of several seeds without degradation does not blame the one seed', () => {
    expect(wordsOf([0.02, 0.021, 0.019], [0.02, 0.019, 0.021])).toContain('With these seeds the difference is too small')
  })

  it('a figure of one depth says what is missing', () => {
    expect(wordsOf([0.02], [])).toBe('Degradation is seen once plain nets of two depths have finished.')
  })
})
