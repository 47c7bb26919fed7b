import { describe, expect, it } from 'vitest'
import { calibrationOf } from '../../../../src/common/evaluation/calibration.ts'
import { ensembleGain } from '../../../../src/common/evaluation/ensemble-gain.ts'
import type { Predictions } from '../../../../src/common/evaluation/predictions.ts'
import { ScoreSums } from '../../../../src/common/evaluation/score-sums.ts'
import { mostWrong, wrongInOne } from '../../../../src/common/evaluation/wrong-images.ts'
import { sampleEvaluation } from '../../../fixtures/sample-evaluation.ts'

/** @param rows label, predicted class, its score, the label's score */
function predictionsOf(rows: readonly (readonly [number, number, number, number])[]): Predictions {
  return {
    indices: Int32Array.from(rows, (_, row) => 10 + row),
    labels: Int32Array.from(rows, ([label]) => label),
    predictions: Int32Array.from(rows, ([, predicted]) => predicted),
    probabilities: Float32Array.from(rows, ([, , score]) => score),
    labelProbabilities: Float32Array.from(rows, ([, , , score]) => score),
  }
}

describe('scores of images', () => {
  it('scores of images give loss and errors, whatever blocks they come in', () => {
    const scores = Float32Array.of(0.7, 0.2, 0.1, 0.3, 0.3, 0.4, 0.5, 0.5, 0)
    const labels = Int32Array.of(0, 1, 1)
    const whole = new ScoreSums(3)
    whole.add(scores, labels)
    // The second is wrong; the third too, since of equal scores the first class is taken.
    expect(whole.result().topOneError).toBeCloseTo(2 / 3, 12)
    expect(whole.result().loss).toBeCloseTo(-(Math.log(0.7) + Math.log(0.3) + Math.log(0.5)) / 3, 6)
    expect(whole.result()).not.toHaveProperty('topFiveError')
    const blocks = new ScoreSums(3)
    blocks.add(scores.subarray(0, 3), labels.subarray(0, 1))
    blocks.add(scores.subarray(3), labels.subarray(1))
    expect(blocks.result()).toEqual(whole.result())
  })

  it('scores of images count as right among five where fewer than five are higher', () => {
    const sums = new ScoreSums(11)
    const descending = Float32Array.from({ length: 11 }, (_, index) => (11 - index) / 66)
    sums.add(Float32Array.of(...descending, ...descending), Int32Array.of(4, 5))
    expect(sums.result()).toMatchObject({ topOneError: 1, topFiveError: 0.5 })
  })

  it('scores of images that fp32 rounds to nothing make a large loss and not an infinite one', () => {
    const sums = new ScoreSums(2)
    sums.add(Float32Array.of(0, 1), Int32Array.of(0))
    expect(sums.result().loss).toBeCloseTo(126 * Math.LN2, 6)
  })
})

describe('calibration', () => {
  it('calibration compares the share of right images with the mean score of each bin', () => {
    const found = calibrationOf(
      predictionsOf([
        [0, 0, 0.95, 0.95],
        [0, 0, 0.85, 0.85],
        [0, 1, 0.85, 0.1],
        [1, 1, 0.4, 0.4],
      ]),
      5,
    )
    const top = found.bins[4]!
    expect(top).toMatchObject({ from: 0.8, to: 1, images: 3 })
    expect(top.accuracy).toBeCloseTo(2 / 3, 6)
    expect(top.confidence).toBeCloseTo(2.65 / 3, 6)
    expect(found.bins[0]).toEqual({ from: 0, to: 0.2, images: 0, confidence: null, accuracy: null })
    expect(found.expectedError).toBeCloseTo((3 * (2.65 / 3 - 2 / 3) + 0.6) / 4, 6)
  })

  it('calibration of scores that keep their word has no error', () => {
    const rows = Array.from({ length: 10 }, (_, image) => [0, image < 8 ? 0 : 1, 0.8, 0.1] as const)
    expect(calibrationOf(predictionsOf(rows)).expectedError).toBeCloseTo(0, 6)
    expect(calibrationOf(predictionsOf(rows)).bins).toHaveLength(15)
  })
})

describe('wrong images', () => {
  const one = predictionsOf([
    [0, 1, 0.6, 0.3],
    [0, 0, 0.9, 0.9],
    [1, 2, 0.99, 0.001],
    [2, 0, 0.5, 0.4],
  ])
  const other = predictionsOf([
    [0, 0, 0.7, 0.7],
    [0, 2, 0.8, 0.1],
    [1, 0, 0.9, 0.05],
    [2, 2, 0.6, 0.6],
  ])

  it('wrong images are listed from the surest mistake on, by their index in the data set', () => {
    expect(mostWrong(one, 2).map(({ index, label, prediction }) => [index, label, prediction])).toEqual([
      [12, 1, 2],
      [10, 0, 1],
    ])
    expect(mostWrong(one, 2)[0]!.labelProbability).toBeCloseTo(0.001, 6)
  })

  it('wrong images of two networks are those of both and those of one alone', () => {
    const found = wrongInOne(one, other, 10)
    expect(found).toMatchObject({ bothWrong: 1, onlyThisWrong: 2, onlyOtherWrong: 1 })
    expect(found.onlyThis.map(({ index }) => index)).toEqual([10, 13])
    expect(found.onlyOther).toMatchObject([{ index: 11, prediction: 2 }])
  })
})

describe('the gain of an ensemble', () => {
  const member = (id: number, topOneError: number) => sampleEvaluation({ id, runIds: [id], results: { loss: 1, topOneError } })
  const ensemble = sampleEvaluation({ id: 9, runIds: [1, 2], memberIds: [1, 2], results: { loss: 1, topOneError: 0.06 } })

  it('the gain of an ensemble is told over the mean and the best of its members', () => {
    const gain = ensembleGain(ensemble, [member(1, 0.08), member(2, 0.1), ensemble])
    expect(gain?.overMean).toBeCloseTo(0.03, 12)
    expect(gain?.overBest).toBeCloseTo(0.02, 12)
  })

  it('the gain of an ensemble is unknown where a member is, and one run has none', () => {
    expect(ensembleGain(ensemble, [member(1, 0.08)])).toBeNull()
    expect(ensembleGain(member(1, 0.08), [])).toBeNull()
  })
})
