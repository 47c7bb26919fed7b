import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlignmentSums, centredGrams } from '../../../src/common/analyses/similarity/alignment.ts'
import { networkDesignSchema } from '../../../src/common/network/design.ts'
import { buildNetwork } from '../../../src/common/network/network.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import { initialState } from '../../../src/main/worker/backend/initial-state.ts'
import type { AnalysedRun } from '../../../src/main/worker/jobs/analyse/analysis.ts'
import { cpuDevice, workerEnvironment } from '../../../src/main/worker/machine/environment.ts'
import { type Batch, referencePass } from '../../fixtures/reference-network.ts'
import { writeTinyDataset } from '../../fixtures/tiny-dataset.ts'
import { analyseHere } from '../../support/analyse-here.ts'
import { expectFailure } from '../../support/expect-failure.ts'

Object.assign(process.env, workerEnvironment(cpuDevice(1, 'fp32')))

const side = 16
const images = 12
let root = ''
let runs: AnalysedRun[] = []
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'skiplab-similarity-'))
  const datasetFolder = join(root, 'stripes')
  const manifest = writeTinyDataset(datasetFolder, 70, images, side)
  runs = (['plain', 'residual'] as const).map((family, index) => ({
    ...{ runId: index + 1, epoch: 0, settingsHash: 'here', manifest, datasetFolder, checkpointFile: null },
    settings: {
      network: networkDesignSchema.parse({
        family,
        n: 1,
        widths: [4, 6, 8],
        inputShape: [side, side, 3],
        classes: manifest.classes.length,
      }),
      dataset: { name: manifest.name, checksum: manifest.checksum },
      recipe: resolveRecipe('demo', { validationSize: 10, statisticsSize: 0, normalization: 'none' }),
      seed: 3 + index,
    },
  }))
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** Gram matrices of outputs computed in double precision by the oracle, images in the order in which they are stored. */
function oracleGrams({ settings, datasetFolder }: AnalysedRun, names: readonly string[]): Float64Array {
  const network = buildNetwork(settings.network)
  const pixels = new Uint8Array(readFileSync(join(datasetFolder, 'test-images.u8')))
  const batch: Batch = { shape: [images, side, side, 3], values: Float64Array.from(pixels, (value) => value / 255) }
  const pass = referencePass(network, initialState(network, settings.seed), batch, {
    training: false,
    epsilon: settings.recipe.batchNormEpsilon,
  })
  return Float64Array.from(
    names.flatMap((name) => {
      const { values } = pass.outputs.get(name)!
      const size = values.length / images
      const row = (image: number) => values.subarray(image * size, (image + 1) * size)
      const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)
      return Array.from({ length: images * images }, (_, at) => product(row(Math.floor(at / images)), row(at % images)))
    }),
  )
}

describe('the similarity of layers', () => {
  it('similarities of all pairs of layers of two networks are those of outputs in double precision', async () => {
    const result = await analyseHere('similarity', runs)
    expect([result.images, result.batchSize, result.maps.map(({ rows, columns }) => [rows, columns])]).toEqual([
      ...[12, 12],
      [
        [0, 0],
        [0, 1],
        [1, 1],
      ],
    ])
    const grams = result.runs.map(({ outputs }, index) =>
      centredGrams(
        oracleGrams(
          runs[index]!,
          outputs.map(({ from }) => from),
        ),
        images,
      ),
    )
    for (const { rows, columns, values } of result.maps) {
      const sums = new AlignmentSums(8, 8)
      sums.add(grams[rows]!, grams[columns]!)
      const expected = sums.alignments()
      values.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(expected[i]![j]!, 4)))
      if (rows === columns) values.forEach((row, i) => expect(row[i]).toBeCloseTo(1, 12))
    }
  })

  it('the similarity of a network’s blocks has a row for stem, blocks and classifier', async () => {
    const { runs: compared, maps } = await analyseHere('similarity', [runs[1]!], { options: { outputs: 'blocks', images: 8 } })
    expect(compared[0]!.outputs.map(({ name }) => name)).toEqual(['stem', 'stage1.block1', 'stage2.block1', 'stage3.block1', 'classifier'])
    expect(maps).toHaveLength(1)
  })

  it('the similarity of networks of two data sets is refused with what to choose', async () => {
    const other = { ...runs[1]!, manifest: { ...runs[1]!.manifest, name: 'spots', checksum: 'f'.repeat(64) } }
    await expectFailure(analyseHere('similarity', [runs[0]!, other]), 'bad-input', 'Choose runs of one data set, and the test split.')
  })
})
