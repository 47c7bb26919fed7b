import { expect, it } from 'vitest'
import { type AnalysisKind, analysisKinds, type AnalysisResult, readOptions } from '../../../../src/common/analyses/analyses.ts'
import type { Analysis } from '../../../../src/common/analyses/analysis.ts'
import { analysisFigure, analysisFigureNames } from '../../../../src/common/analysis-figures/figures.ts'
import { drawAnalysis } from '../../../../src/main/cli/export-analysis.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'
import { parseSvg } from '../../../support/drawn-svg.ts'

const runs = [
  sampleRun({ family: 'plain', n: 1, train: 0.1, test: 0.1 }).summary,
  sampleRun({ family: 'residual', n: 1, train: 0.1, test: 0.1 }).summary,
]
const layers = ['stem', 'stage1.block1.convolution1', 'stage1.block1.convolution2', 'classifier']
const passOf = (weights: 'initial' | 'trained', size: number) => ({
  weights,
  loss: 1,
  layers: layers.map((layer, index) => ({
    ...{ layer, depth: index + 1, std: size, gradientNorm: size / (index + 1), weightNorm: 1, weightGradientNorm: size },
  })),
  blocks: [{ block: 'stage1.block1', depth: 3, std: size, gradientNorm: size }],
})

/** What each kind came to, of both runs. */
const results: { readonly [K in AnalysisKind]: (ids: readonly number[]) => AnalysisResult<K> } = {
  layers: (ids) => ({
    runs: ids.map((runId, index) => ({
      ...{ runId, images: 100 },
      layers: layers.map((layer, at) => ({ layer, mean: -0.1 * at, std: 1 + index + at, weightNorm: 2, gradientNorm: 0.1 + at })),
      relus: [{ layer: 'stem.relu', channels: 16, dead: 0.1, zeros: 0.5 }],
      blocks: [{ block: 'stage1.block1', branchNorm: 1, shortcutNorm: 2 }],
    })),
  }),
  similarity: (ids) => ({
    ...{ images: 100, batchSize: 100 },
    runs: ids.map((runId) => ({ runId, outputs: layers.map((name) => ({ name, from: name })) })),
    maps: ids.map((_, index) => ({ rows: index, columns: index, values: layers.map((_row, row) => layers.map(() => row / 4)) })),
  }),
  'loss-surface': (ids) => ({
    ...{ images: 100, steps: [-1, 0, 1] },
    runs: ids.map((runId) => ({
      ...{ runId, precision: 'fp32', bf16Difference: null, cosine: 0 },
      loss: [1, 2, 3].map((row) => [row, 0.5, row]),
      error: [1, 2, 3].map((row) => [row / 4, 0.1, row / 4]),
    })),
  }),
  lesions: (ids) => ({
    runs: ids.map((runId) => ({
      ...{ runId, images: 100, classes: 10, error: 0.1, loss: 0.4 },
      blocks: [{ block: 'stage1.block1', position: 1, error: 0.3, loss: 1, broken: 20, mended: 0, hindrance: null }],
      several: [{ lesions: 1, errors: [0.2, 0.4] }],
    })),
  }),
  'gradient-paths': (ids) => ({
    runs: ids.map((runId) => ({
      ...{ runId, images: 100, wholeNorm: 1 },
      lengths: [0, 1, 2].map((length) => ({ length, norm: 1 / (length + 1), std: 0.1, logPaths: 0.3 * length, share: 0.33 })),
    })),
  }),
  gradients: (ids) => ({ runs: ids.map((runId) => ({ runId, images: 64, passes: [passOf('initial', 2), passOf('trained', 1)] })) }),
  shattering: (ids) => ({
    points: 256,
    runs: ids.map((runId) => ({
      ...{ runId, lines: 10 },
      passes: [{ weights: 'trained', autocorrelation: [1, 0.5, 0.1], spread: [0, 0.1, 0.1] }],
    })),
  }),
}

function finished(kind: AnalysisKind, given: Partial<Analysis> = {}) {
  const runIds = given.runIds ?? runs.map(({ id }) => id)
  const analysis: Analysis = {
    ...{ id: 5, kind, runIds, checkpoint: 'last', split: 'test', options: readOptions(kind, {}) },
    ...{ state: 'finished', reason: null, epochs: [30, 30], device: null, attempt: 1, queuedAt: 0, startedAt: 1, finishedAt: 2 },
    ...given,
  }
  return { analysis, result: results[kind](runIds), runs }
}
const usual = { width: 692, means: true }

it.each(analysisKinds)('every figure of the analysis %s is drawn without the page', async (kind) => {
  const names = analysisFigureNames(kind)
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) {
    const { name: drawn, svg } = await drawAnalysis(finished(kind), { ...usual, figure: name })
    expect(drawn).toBe(name)
    expect(parseSvg(svg).texts.join(' '), name).toMatch(/cifar10|images|paths|blocks|networks?/)
  }
  expect((await drawAnalysis(finished(kind), usual)).name, 'the first, where none is named').toBe(names[0])
})

it('an analysis of several checkpoints is drawn at an epoch, by itself the last', async () => {
  const [plain, residual] = runs.map(({ id }) => id)
  const several = finished('gradients', { checkpoint: [0, 5], runIds: [plain!, plain!, residual!, residual!], epochs: [0, 5, 0, 5] })
  expect(parseSvg((await drawAnalysis(several, usual)).svg).texts).toContain('after epoch 5')
  expect(parseSvg((await drawAnalysis(several, { ...usual, epoch: 5 })).svg).texts).toContain('after epoch 5')
  await expect(drawAnalysis(several, { ...usual, epoch: 7 })).rejects.toThrow('Expected one of the epochs 0, 5; got 7.')
})

it('words of a figure can be replaced or left out, and a figure that a kind does not have is refused', async () => {
  const told = parseSvg((await drawAnalysis(finished('layers'), { ...usual, title: 'Mine', subtitle: false })).svg).texts
  expect(told).toContain('Mine')
  expect(told.join(' ')).not.toContain('after epoch 30')
  await expect(drawAnalysis(finished('layers'), { ...usual, figure: 'maps' })).rejects.toThrow('std')
})

it('a figure of which these runs have nothing is refused, and by itself the next is drawn', () => {
  const { analysis, result } = finished('lesions')
  const single = { runs: (result as AnalysisResult<'lesions'>).runs.map((run) => ({ ...run, several: [] })) }
  const look = { ofSeeds: true, together: false, logarithmic: false }
  expect(analysisFigure({ analysis, result: single, runs }, look, 'several')).toBeNull()
  const line = { ...results['loss-surface'](analysis.runIds) }
  const along = { ...line, runs: line.runs.map((run) => ({ ...run, cosine: null, loss: [run.loss[0]!], error: [run.error[0]!] })) }
  expect(analysisFigure({ ...finished('loss-surface'), result: along }, look)?.name, 'of a line there is no map').toBe('loss-line')
})
