import { mkdtempSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { analyses, readOptions } from '../../../src/common/analyses/analyses.ts'
import { buildNetwork } from '../../../src/common/network/network.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import type { RunSettings } from '../../../src/common/training/run-settings.ts'
import * as backends from '../../../src/main/worker/create-backend.ts'
import type { AnalysedRun, AnalysisContext } from '../../../src/main/worker/jobs/analyse/analysis.ts'
import { analyseGradientPaths } from '../../../src/main/worker/jobs/analyse/gradient-paths.ts'
import { analyseLesions } from '../../../src/main/worker/jobs/analyse/lesions.ts'
import { Stopped } from '../../../src/main/worker/jobs/evaluate/observer.ts'
import { cpuDevice, workerEnvironment } from '../../../src/main/worker/machine/environment.ts'
import { writeTinyDataset } from '../../fixtures/tiny-dataset.ts'
import { trainHere } from '../../support/train-here.ts'

Object.assign(process.env, workerEnvironment(cpuDevice(1, 'fp32')))

const root = mkdtempSync(join(tmpdir(), 'skiplab-lesions-'))
const names = [{ id: 7, name: 'residual-14 A', epoch: 2, label: 'residual-14 A' }]
let run: AnalysedRun
let testError = NaN
beforeAll(async () => {
  const datasetFolder = join(root, 'stripes')
  const manifest = writeTinyDataset(datasetFolder, 60, 30)
  const settings: RunSettings = {
    network: {
      ...{ architecture: 'cifar', family: 'residual', n: 2, shortcut: 'A', widths: [4, 6, 8] },
      ...{ inputShape: [8, 8, 3], classes: 3 },
    },
    dataset: { name: manifest.name, checksum: manifest.checksum },
    recipe: resolveRecipe('demo', { batchSize: 20, epochs: 2, validationSize: 0, statisticsSize: 0 }),
    seed: 5,
  }
  const folder = join(root, 'checkpoints')
  const { epochs } = await trainHere(settings, manifest, datasetFolder, folder)
  testError = epochs.at(-1)!.record.results.test.topOneError
  const checkpointFile = join(folder, readdirSync(folder).sort().at(-1)!)
  run = { runId: 7, settings, settingsHash: 'here', manifest, datasetFolder, checkpointFile, epoch: 2 }
})
afterAll(() => rm(root, { recursive: true, force: true }))

function contextOf(told: string[] = [], steps = Infinity): AnalysisContext {
  let left = steps
  return {
    observer: {
      progress: ({ phase, done, total }) => void told.push(`${phase}: ${done} of ${total}`),
      mayGoOn: () => (left-- > 0 ? Promise.resolve(true) : Promise.reject(new Stopped())),
    },
    partial: { read: () => null, write: () => undefined },
    device: cpuDevice(1, 'fp32'),
    ...backends,
  }
}

it('lesions of a trained run start from the error that its epoch had, and count what they broke and mended', async () => {
  const told: string[] = []
  const options = readOptions('lesions', { several: 6, repeats: 2 })
  const result = await analyseLesions({ runs: [run], options, split: 'test' }, contextOf(told))
  const [damaged] = result.runs
  expect(damaged).toMatchObject({ runId: 7, images: 30, classes: 3 })
  expect(damaged!.error).toBeCloseTo(testError, 10)
  expect(damaged!.blocks.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6])
  for (const { error, broken, mended } of damaged!.blocks) expect(error! - damaged!.error).toBeCloseTo((broken - mended) / 30, 10)
  expect(damaged!.several.map(({ lesions, errors }) => [lesions, errors.length])).toEqual([1, 2, 3, 4, 5, 6].map((count) => [count, 2]))
  // All six at once leave nothing to draw.
  const [first, second] = damaged!.several.at(-1)!.errors
  expect(first).toBe(second)
  expect(told.at(-1)).toBe('lesions of run 7: 570 of 570')
  expect(await analyseLesions({ runs: [run], options, split: 'test' }, contextOf())).toEqual(result)

  const { columns, rows, notes } = analyses.lesions.table(analyses.lesions.result.parse(result), names)
  expect(rows).toHaveLength(1 + 6 + 12)
  expect(rows.every((row) => row.length === columns.length)).toBe(true)
  expect(notes[0]).toContain(`Run 7, residual-14 A: error ${(100 * testError).toFixed(2)} % undamaged, 66.67 % at chance, on 30 images.`)
  await expect(analyseLesions({ runs: [run], options, split: 'test' }, contextOf([], 4))).rejects.toThrow(Stopped)
})

it('the gradient by path length of a trained run adds up to one, and plain nets and unknown blocks are refused in words', async () => {
  const options = readOptions('gradient-paths', { samples: 6 })
  const result = await analyseGradientPaths({ runs: [run], options, split: 'test' }, contextOf())
  const [paths] = result.runs
  expect(paths!.lengths.map(({ length }) => length)).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(paths!.lengths.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10)
  expect(paths!.wholeNorm).toBeGreaterThan(0)
  // The one path of length 0 is the same for all samples; norms differ by image alone.
  expect(paths!.lengths.every(({ norm }) => norm > 0)).toBe(true)
  expect(analyses['gradient-paths'].table(result, names).notes[0]).toMatch(/^Run 7, residual-14 A: paths through .* of 6 blocks carry/)

  const plain = buildNetwork({ family: 'plain', n: 1 })
  expect(analyses['gradient-paths'].problem!([plain], options)).toBe(
    'Only residual nets have paths of several lengths; plain-8 has no block with an addition.',
  )
  expect(analyses.lesions.problem!([plain], readOptions('lesions', { blocks: ['stage1.blok1'] }))).toBe(
    'No block is called "stage1.blok1"; did you mean stage1.block1?',
  )
  expect(analyses.lesions.problem!([plain], readOptions('lesions', { blocks: ['stage3.block1'] }))).toBeNull()
})
