import { describe, expect, it } from 'vitest'
import { classErrors, confusionMatrix, countConfusion } from '../../../../src/common/results/confusion.ts'

const labels = [0, 0, 0, 1, 1, 2, 2, 2, 2]
const predictions = [0, 1, 1, 1, 0, 2, 2, 2, 2]
const confusion = { classes: ['cat', 'dog', 'ship', 'unseen'], counts: countConfusion(labels, predictions, 4) }

describe('a confusion matrix', () => {
  it('counts each pair of label and predicted class that occurs', () => {
    expect(confusion.counts).toEqual([
      [0, 0, 1],
      [0, 1, 2],
      [1, 0, 1],
      [1, 1, 1],
      [2, 2, 4],
    ])
  })

  it('tells apart pairs of many classes', () => {
    expect(countConfusion([999, 0], [0, 999], 1000)).toEqual([
      [0, 999, 1],
      [999, 0, 1],
    ])
  })

  it('has a row a label and a column a predicted class', () => {
    expect(confusionMatrix(confusion)).toEqual([
      [1, 2, 0, 0],
      [1, 1, 0, 0],
      [0, 0, 4, 0],
      [0, 0, 0, 0],
    ])
  })

  it('gives the error of each class that has images, the worst first, and what it was mostly taken for', () => {
    expect(classErrors(confusion)).toEqual([
      { classIndex: 0, name: 'cat', images: 3, wrong: 2, error: 2 / 3, takenFor: { name: 'dog', images: 2 } },
      { classIndex: 1, name: 'dog', images: 2, wrong: 1, error: 1 / 2, takenFor: { name: 'cat', images: 1 } },
      { classIndex: 2, name: 'ship', images: 4, wrong: 0, error: 0, takenFor: null },
    ])
  })
})
