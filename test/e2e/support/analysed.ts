import { expect } from '@playwright/test'
import { type AnalysisKind, analysisKinds } from '../../../src/common/analyses/analyses.ts'
import type { EngineClient } from '../../../src/common/rpc/contract.ts'
import { unpackRuns } from '../../../src/common/rpc/run-list.ts'
import { patience } from './lab.ts'

/** As little work as shows everything that a page of a kind can show. */
const options: Readonly<Record<AnalysisKind, Readonly<Record<string, unknown>>>> = {
  layers: { images: 64, batchSize: 32 },
  similarity: { images: 64 },
  'loss-surface': { images: 16, resolution: 5 },
  lesions: { images: 64, several: 3, repeats: 2 },
  'gradient-paths': { images: 50, samples: 2 },
  gradients: { batches: 1, batchSize: 32 },
  shattering: { lines: 2, points: 16, statisticsImages: 16 },
}

/** Analyses finished runs in every way there is, numbered from 1 in the order of the kinds. */
export async function analyseAll(client: EngineClient): Promise<void> {
  const runs = unpackRuns(await client.call('runs.list', { filter: { states: ['finished'] } }))
  const residual = runs.filter(({ settings }) => settings.network.family === 'residual')
  const deepest = [...runs].sort((a, b) => b.multiplyAdds - a.multiplyAdds)
  const plain = deepest.find(({ settings }) => settings.network.family === 'plain')!
  const of: Readonly<Record<AnalysisKind, readonly (typeof runs)[number][]>> = {
    layers: runs,
    similarity: [plain, residual.at(-1)!],
    'loss-surface': [plain, ...residual.slice(-3)],
    lesions: deepest.slice(0, 6),
    'gradient-paths': residual,
    gradients: runs,
    shattering: runs,
  }
  for (const kind of analysisKinds) {
    const runIds = of[kind].map(({ id }) => id)
    await client.call('analyses.queue', { kind, runIds, options: options[kind] })
  }
  const finished = async (): Promise<number> => (await client.call('analyses.list', { states: ['finished'] })).length
  await expect.poll(finished, { timeout: 2 * patience, intervals: [500] }).toBe(analysisKinds.length)
}
