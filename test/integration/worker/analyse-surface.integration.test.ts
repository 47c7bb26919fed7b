import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { AnalysisResult } from '../../../src/common/analyses/analyses.ts'
import { defineArchitecture, designFields } from '../../../src/common/network/architectures/architecture.ts'
import { registerArchitecture } from '../../../src/common/network/architectures/architectures.ts'
import { buildNetwork } from '../../../src/common/network/network.ts'
import { networkDesignSchema } from '../../../src/common/network/design.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import { initialState } from '../../../src/main/worker/backend/initial-state.ts'
import type { AnalysedRun } from '../../../src/main/worker/jobs/analyse/analysis.ts'
import { Stopped } from '../../../src/main/worker/jobs/evaluate/observer.ts'
import { cpuDevice, workerEnvironment } from '../../../src/main/worker/machine/environment.ts'
import { writeTinyDataset } from '../../fixtures/tiny-dataset.ts'
import { analyseHere } from '../../support/analyse-here.ts'
import { evaluateHere } from '../../support/evaluate-here.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { trainHere } from '../../support/train-here.ts'
import { writeDataset } from '../../support/write-dataset.ts'

Object.assign(process.env, workerEnvironment(cpuDevice(1, 'fp32')))

/** A classifier of an image's mean brightness: one weight a class. */
const dot = defineArchitecture({
  ...{ name: 'dot', title: 'Dots', settings: {}, usualWidths: [], usualDepths: () => [1] },
  schema: z.strictObject({ architecture: z.literal('dot'), ...designFields }),
  depth: () => 1,
  depthRule: () => 'all have one layer',
  hasDepth: (depth) => depth === 1,
  widths: () => [],
  at: () => ({ architecture: 'dot' }),
  check: () => undefined,
  traits: () => [],
  layOut: (b, design) => void b.classifier({ from: 'input', shape: design.inputShape }, design.classes),
})

let root = ''
let trained: AnalysedRun
let evaluated: { loss: number; error: number }
beforeAll(async () => {
  registerArchitecture(dot)
  root = await mkdtemp(join(tmpdir(), 'skiplab-surface-'))
  const [datasetFolder, checkpoints] = [join(root, 'stripes'), join(root, 'checkpoints')]
  const manifest = writeTinyDataset(datasetFolder, 70, 12, 16)
  const settings = {
    network: networkDesignSchema.parse({
      family: 'residual',
      n: 1,
      widths: [4, 6, 8],
      inputShape: [16, 16, 3],
      classes: manifest.classes.length,
    }),
    dataset: { name: manifest.name, checksum: manifest.checksum },
    recipe: resolveRecipe('demo', { batchSize: 20, epochs: 2, validationSize: 10, statisticsSize: 0 }),
    seed: 5,
  }
  await trainHere(settings, manifest, datasetFolder, checkpoints)
  const checkpointFile = join(checkpoints, readdirSync(checkpoints).sort().at(-1)!)
  const common = { settings, settingsHash: 'here', manifest, datasetFolder, checkpointFile }
  trained = { runId: 1, epoch: 2, ...common }
  const test = { split: 'test', protocol: 'single-view', batchStatistics: 'moving', scoresFile: join(root, 'scores') } as const
  const { results } = await evaluateHere({ ...common, ...test })
  evaluated = { loss: results.loss, error: results.topOneError }
})
afterAll(() => rm(root, { recursive: true, force: true }))

const options = { resolution: 5, images: 1000 }
const middle = (rows: (number | null)[][]) => rows[(rows.length - 1) / 2]![(rows[0]!.length - 1) / 2]!

describe('a loss surface', () => {
  it('the middle of a loss surface is the loss and error of the run’s evaluation', async () => {
    const { steps, runs, images } = await analyseHere('loss-surface', [trained, { ...trained, runId: 2 }], { options })
    expect([steps, images]).toEqual([[-1, -0.5, 0, 0.5, 1], 12])
    expect(middle(runs[0]!.loss)).toBeCloseTo(evaluated.loss, 5)
    expect(middle(runs[0]!.error)).toBe(evaluated.error)
    expect(runs[1]).toEqual({ ...runs[0], runId: 2 })
    expect(runs[0]!.loss.flat().filter((loss) => loss !== middle(runs[0]!.loss))).toHaveLength(24)
  })

  it('a loss surface that was interrupted at any point is that of an uninterrupted analysis to the byte', async () => {
    const whole = await analyseHere('loss-surface', [trained, trained], { options })
    let kept: unknown = null
    const partial = { read: () => kept, write: (value: unknown) => void (kept = JSON.parse(JSON.stringify(value))) }
    for (const stopAt of [9, 9, 20])
      await expect(analyseHere('loss-surface', [trained, trained], { options, partial, stopAt })).rejects.toThrow(Stopped)
    const done = z.object({ runs: z.array(z.object({ loss: z.array(z.number()) })) }).parse(kept)
    expect(done.runs.map(({ loss }) => loss.length)).toEqual([25, expect.any(Number)])
    const resumed = await analyseHere('loss-surface', [trained, trained], { options, partial })
    expect(JSON.stringify(resumed)).toBe(JSON.stringify(whole))
  })

  it('along a line a loss surface is the row of the plane through the network', async () => {
    const plane = await analyseHere('loss-surface', [trained], { options })
    const line = await analyseHere('loss-surface', [trained], { options: { ...options, shape: 'line' } })
    expect(line.runs[0]!.loss).toEqual([plane.runs[0]!.loss[2]])
    expect([line.runs[0]!.cosine, Math.abs(plane.runs[0]!.cosine!) < 0.2]).toEqual([null, true])
  })

  it('the loss of a network of two weights has its closed form all over the surface', async () => {
    const datasetFolder = join(await temporaryFolder(), 'grey')
    const greys = [10, 80, 160, 250]
    const image = { size: 'fixed' as const, height: 8, width: 8, channels: 1 }
    const manifest = await writeDataset(datasetFolder, { name: 'grey', image }, { train: 4, test: 4 }, async (writer) => {
      const pixels = Uint8Array.from({ length: 4 * 64 }, (_, at) => greys[Math.floor(at / 64)]!)
      for (const split of ['train', 'test']) await writer.write(split, 0, pixels, Uint16Array.of(0, 1, 0, 1))
    })
    const settings = {
      network: networkDesignSchema.parse({ architecture: 'dot', family: 'plain', inputShape: [8, 8, 1], classes: 2 }),
      dataset: { name: 'grey', checksum: manifest.checksum },
      recipe: resolveRecipe('demo', { batchSize: 4, validationSize: 0, statisticsSize: 0, normalization: 'none' }),
      seed: 11,
    }
    const run = { runId: 1, epoch: 0, settings, settingsHash: 'here', manifest, datasetFolder, checkpointFile: null }
    const { runs, steps } = await analyseHere('loss-surface', [run], { options })
    const weights = initialState(buildNetwork(settings.network), settings.seed).get('classifier/weights')!
    const closedForm = (signs: readonly number[]) =>
      steps.map((y) =>
        steps.map((x) => {
          const moved = weights.map((weight, at) => weight + Math.abs(weight) * (x * signs[at]! + y * signs[2 + at]!))
          const losses = greys.map((grey, index) => Math.log1p(Math.exp(((moved[1]! - moved[0]!) * grey * (index % 2 ? -1 : 1)) / 255)))
          return losses.reduce((sum, loss) => sum + loss, 0) / 4
        }),
      )
    const distances = Array.from({ length: 16 }, (_, bits) =>
      farthest(runs[0]!, closedForm([0, 1, 2, 3].map((bit) => ((bits >> bit) & 1 ? 1 : -1)))),
    )
    expect(Math.min(...distances)).toBeLessThan(1e-6)
  })
})

function farthest({ loss }: AnalysisResult<'loss-surface'>['runs'][number], expected: number[][]): number {
  return Math.max(...loss.flatMap((row, y) => row.map((value, x) => Math.abs(value! - expected[y]![x]!))))
}
