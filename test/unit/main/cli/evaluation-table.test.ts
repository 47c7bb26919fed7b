import { expect, it } from 'vitest'
import { designAt } from '../../../../src/common/network/design.ts'
import { resolveRecipe } from '../../../../src/common/training/recipes.ts'
import { evaluationTable } from '../../../../src/main/cli/evaluation-table.ts'
import { sampleEvaluation } from '../../../fixtures/sample-evaluation.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const cells = (text: string): string[] => text.trim().split(/ {2,}/)

it('tests have a column of published errors that were measured alike, flagged where the recipe differs, and none for other tests', () => {
  const { summary } = sampleRun({ family: 'residual', n: 3, train: 0.1, test: 0.3 })
  const network = designAt('imagenet', { family: 'residual', depth: 34, shortcut: 'B', inputShape: [224, 224, 3], classes: 1000 })
  const recipe = resolveRecipe('paper-imagenet', { epochs: 20 })
  const run = { ...summary, settings: { ...summary.settings, network, recipe, dataset: { name: 'imagenet', checksum: 'c' } } }
  const test = (id: number, protocol: '10-crop' | 'multi-scale' | 'centre-crop') =>
    sampleEvaluation({ id, runIds: [run.id], protocol, results: { loss: 1, topOneError: 0.25, topFiveError: 0.08 } })
  const [head, ...lines] = evaluationTable([test(1, '10-crop'), test(2, 'multi-scale'), test(3, 'centre-crop')], [run]).split('\n')
  expect(cells(head!)).toContain('published')
  expect(lines.slice(0, 3).map((line) => cells(line).at(-2))).toEqual(['24.52 †', '21.84 †', '–'])
  expect(lines.join('\n')).toMatch(/^† recipe: epochs 20 instead of /m)
})

it('tests of networks that nobody published have no such column', () => {
  const { summary } = sampleRun({ family: 'residual', n: 1, train: 0.1, test: 0.3 })
  expect(evaluationTable([sampleEvaluation({ runIds: [summary.id] })], [summary])).not.toContain('published')
})
