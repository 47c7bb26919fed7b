import { expect, it } from 'vitest'
import { whenWords } from '../../../../src/common/analysis-figures/drawn-analysis.ts'
import { pathAxis } from '../../../../src/common/analysis-figures/path-lines.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const line = (...values: number[]) => ({ key: 'a', label: 'a', color: '#000', points: values.map((y, x) => ({ x, y })) })

it('a logarithmic axis of gradients that all vanish has two ends above zero', () => {
  expect(pathAxis([line(1e-4, 2)], { logarithmic: true })).toEqual({ min: 5e-5, max: 4 })
  expect(pathAxis([line()], { logarithmic: true })).toEqual({ min: 0.1, max: 1 })
  expect(pathAxis([line(0, 0)], { logarithmic: false })).toEqual({ min: 0, max: 1 })
})

it('figures of analyses say of which epochs they are, and nothing of weights from elsewhere', () => {
  const { summary } = sampleRun({ family: 'plain', n: 1, train: 0.1, test: 0.1 })
  expect(whenWords({ epochs: [10, 12] }, [summary])).toEqual(['after epochs 10 to 12'])
  expect(whenWords({ epochs: [0] }, [summary])).toEqual(['at initialisation'])
  const imported = { ...summary, imported: { file: 'a.pt', sha256: 'a'.repeat(64), format: 'pytorch' as const } }
  expect(whenWords({ epochs: [0] }, [imported])).toEqual([])
})
