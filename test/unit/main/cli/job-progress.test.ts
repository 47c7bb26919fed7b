import { expect, it } from 'vitest'
import { analysesTable } from '../../../../src/main/cli/analysis-words.ts'
import { evaluationTable } from '../../../../src/main/cli/evaluation-table.ts'
import { sampleEvaluation } from '../../../fixtures/sample-evaluation.ts'

it('lists of evaluations and analyses tell how far those are that run', () => {
  const running = { ...sampleEvaluation({ runIds: [1] }), state: 'running' as const, results: null }
  const progress = {
    evaluationId: running.id,
    phase: 'scoring' as const,
    done: 30,
    total: 120,
    imagesPerSecond: 1234.4,
    remainingMs: 65_000,
  }
  const row = evaluationTable([running], [], [progress])
  expect(row).toContain('running: scoring, 25 %, 1234 views/s, 1 min 05 s left')
  expect(evaluationTable([running], [])).not.toContain('running:')
  const analysis = {
    ...{ id: 4, runIds: [1], kind: 'lesions' as const, checkpoint: 'last' as const, split: 'test' as const, options: {}, epochs: [] },
    ...{ state: 'running' as const, reason: null, device: null, attempt: 1, queuedAt: 0, startedAt: 1, finishedAt: null },
  }
  const told = { analysisId: 4, phase: 'lesions', done: 1, total: 2, remainingMs: null }
  expect(analysesTable([analysis], [told])).toContain('running: lesions, 50 %')
  expect(analysesTable([{ ...analysis, state: 'waiting' as const }], [told])).not.toContain('50 %')
})
