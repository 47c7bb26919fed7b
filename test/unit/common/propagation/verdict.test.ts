import { expect, it } from 'vitest'
import type { PropagationReport } from '../../../../src/common/propagation/propagation.ts'
import { verdictWords } from '../../../../src/common/propagation/propagation-words.ts'
import { trackRecord, trackRecordWords } from '../../../../src/common/propagation/track-record.ts'
import { propagationTrials } from '../../../../src/common/propagation/trials.ts'
import { signsOf, verdictOf } from '../../../../src/common/propagation/verdict.ts'

/** A report of two layers whose numbers are harmless unless told otherwise. */
function report(changes: Partial<PropagationReport> = {}, layer: Partial<PropagationReport['layers'][number]> = {}): PropagationReport {
  const usual = { layer: 'a', depth: 1, std: 1, gradientNorm: 0.1, weightNorm: 10, weightGradientNorm: 1 }
  return {
    layers: [usual, { ...usual, layer: 'b', depth: 2, ...layer }],
    blocks: [],
    rectifiers: [],
    losses: [2.5, 2.4, 2.3],
    learningRate: 0.1,
    classes: 10,
    images: { source: 'noise', count: 128, batchSize: 64, stepBatchSize: 128 },
    seed: 1,
    elapsedMs: 1,
    ...changes,
  }
}

it('harmless numbers are said to train', () => {
  expect(verdictOf(signsOf(report()))).toEqual({ trains: true, reasons: [] })
})

it.each([
  ['not a finite number', report({}, { std: null })],
  ['dies out', report({}, { std: 0.001 })],
  ['explodes', report({}, { std: 1e4 })],
  ['100000 times apart', report({}, { gradientNorm: 1e-6 })],
  ['by 2 times their size', report({}, { weightGradientNorm: 200 })],
  ['would change no layer', report({ learningRate: 1e-8 })],
  ['The loss is not a number', report({ losses: [2.5, null] })],
  ['guessing has 2.3', report({ losses: [2.5, 9, 9, 9] })],
])('the verdict names its reason: %s', (words, of) => {
  const { trains, reasons } = verdictOf(signsOf(of))
  expect(trains).toBe(false)
  expect(reasons.join(' ')).toContain(words)
})

it('the loss is not judged where no step was tried', () => {
  expect(verdictOf(signsOf(report({ losses: [] }))).trains).toBe(true)
})

it('the record counts the designs that did not set the limits', () => {
  const record = trackRecord()
  expect(record.designs).toBe(propagationTrials.filter(({ heldOut }) => heldOut).length)
  expect(record.saidNot.all + record.saidSo.all).toBe(record.designs)
  expect(record.right).toBe(record.saidNot.right + record.saidSo.right)
  expect(trackRecordWords(record)).toContain(`right ${record.right} times`)
  expect(trackRecordWords(record), 'what was tried, and how sure that is').toMatch(/narrow nets .*16×16 pixels.*95 % interval 53 to 89 %/)
  expect(verdictWords({ trains: true, reasons: [] }), 'most of these did not train').toBe('no sign against training')
})

it('of designs that did not set its limits and that it warns of nine in ten do not train', () => {
  const { right, designs, saidNot } = trackRecord()
  expect(designs).toBeGreaterThanOrEqual(20)
  expect(saidNot.right / saidNot.all).toBeGreaterThanOrEqual(0.9)
  expect(right / designs).toBeGreaterThanOrEqual(0.7)
})
