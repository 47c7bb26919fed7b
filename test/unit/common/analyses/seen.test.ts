import { describe, expect, it } from 'vitest'
import { analysisKinds, analysisNamed } from '../../../../src/common/analyses/analyses.ts'

/** Where a sentence ends: not behind "et al." or "Fig.", nor within a number. */
const ends = /(?<!et al|Fig)\.(?=\s|$)/g

describe('what of an analysis is seen', () => {
  it.each(analysisKinds)('the page of the analysis %s says in three sentences what is seen', (kind) => {
    const { seen } = analysisNamed(kind)
    expect(new Set(seen).size).toBe(3)
    for (const sentence of seen) {
      expect(sentence.match(ends), sentence).toHaveLength(1)
      expect(sentence, 'begins as a sentence').toMatch(/^[A-Z]/)
      expect(sentence.split(' ').length, sentence).toBeLessThanOrEqual(40)
    }
  })
})
