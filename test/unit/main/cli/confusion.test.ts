import { expect, it } from 'vitest'
import { countConfusion } from '../../../../src/common/results/confusion.ts'
import { confusionText } from '../../../../src/main/cli/confusion.ts'
import { classErrorsCsv, confusionCsv } from '../../../../src/common/export/confusion-csv.ts'

const confusion = {
  checkpoint: 'best',
  epoch: 7,
  split: 'test',
  classes: ['cat', 'a, b'],
  counts: countConfusion([0, 0, 1, 1], [0, 1, 1, 1], 2),
} as const

it('a confusion matrix is told with the whole error, that of each class and the matrix', () => {
  const lines = confusionText({ id: 3, name: 'plain-20, seed 1' }, { ...confusion, classes: [...confusion.classes] }).split('\n')
  expect(lines[0]).toBe('Run 3, plain-20, seed 1: test split at the best epoch (7), 1 of 4 images wrong (25.00 %)')
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual(
    expect.arrayContaining([
      ['cat', '2', '1', '50.00 %', 'a, b (1)'],
      ['a, b', '2', '0', '0.00 %', '–'],
      ['cat', '1', '1'],
    ]),
  )
})

it('classes that are numbers of WordNet are told in words; CSV has the names of the data set’s folders', () => {
  const photographs = { ...confusion, classes: ['n01440764', 'n03028079'] }
  expect(confusionText({ id: 3, name: 'residual-18 B' }, photographs)).toMatch(/tench +2 +1 +50\.00 % +church \(1\)/)
  expect(confusionCsv(photographs)).toMatch(/^label,n01440764,n03028079\r\n/)
})

it('errors by class are CSV with a row a class that has images, the worst first', () => {
  const classes = ['cat', 'a, b', 'unseen']
  expect(classErrorsCsv({ ...confusion, classes })).toBe(
    'class,images,wrong,error,mostly_taken_for,mostly_taken_for_images\r\ncat,2,1,0.5,"a, b",1\r\n"a, b",2,0,0,,\r\n',
  )
})

it('a confusion matrix is CSV with a row a label and a column a predicted class', () => {
  expect(confusionCsv({ ...confusion, classes: [...confusion.classes] })).toBe('label,cat,"a, b"\r\ncat,1,1\r\n"a, b",0,2\r\n')
})
