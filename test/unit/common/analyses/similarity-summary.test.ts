import { expect, it } from 'vitest'
import { similarityAnalysis, type SimilarityResult } from '../../../../src/common/analyses/kinds/similarity.ts'

const outputs = ['stem.convolution', 'stage1.block1', 'stage1.block2', 'stage2.block1'].map((name) => ({ name, from: name }))
const itself = [
  [1, 0.9, 0.5, 0.2],
  [0.9, 1, 0.8, 0.3],
  [0.5, 0.8, 1, null],
  [0.2, 0.3, null, 1],
]
const across = itself.map((row) => row.map((value) => (value === null ? null : value / 2)))
const result: SimilarityResult = {
  ...{ images: 8, batchSize: 8, runs: [1, 2].map((runId) => ({ runId, outputs })) },
  maps: [
    { rows: 0, columns: 0, values: itself },
    { rows: 0, columns: 1, values: across },
  ],
}
const names = [
  { id: 1, name: 'one', epoch: 3, label: 'one' },
  { id: 2, name: 'other', epoch: 3, label: 'other' },
]

it('similarities of all pairs of layers are summed up by stages: a row a stage, no layer with itself', () => {
  const { columns, rows } = similarityAnalysis.summary!(result, names)
  expect(columns.map(({ title }) => title)).toEqual(['run', 'mean CKA of', 'with run', 'stem', 'stage1', 'stage2'])
  expect(rows).toEqual([
    [1, 'stem', 1, null, 0.7, 0.2],
    [1, 'stage1', 1, 0.7, 0.8, 0.3],
    [1, 'stage2', 1, 0.2, 0.3, null],
    [1, 'stem', 2, 0.5, 0.35, 0.1],
    [1, 'stage1', 2, 0.35, (0.5 + 0.4 + 0.4 + 0.5) / 4, 0.15],
    [1, 'stage2', 2, 0.1, 0.15, 0.5],
  ])
  expect(similarityAnalysis.table(result, names).rows).toHaveLength(32)
})

it('words on similarities name the most and the least alike layers, and how alike two networks are at the same place', () => {
  const { notes } = similarityAnalysis.summary!(result, names)
  expect(notes[0]).toBe(
    'one: neighbours have a mean CKA of 0.850, the lowest 0.800 from stage1.block1 to stage1.block2. ' +
      'Further apart the most alike are stem.convolution and stage1.block2, 0.500.',
  )
  expect(notes[1]).toContain('one beside other: an output’s nearest in the other network has a mean CKA of 0.500')
  expect(notes[1]).toContain('Outputs of the same place have 0.500 on average.')
})
