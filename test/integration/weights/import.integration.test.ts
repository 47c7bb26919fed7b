import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EngineClient } from '../../../src/common/rpc/contract.ts'
import { buildNetwork } from '../../../src/common/network/network.ts'
import { akamaster } from '../../../src/common/weights/habits/akamaster.ts'
import { elements } from '../../../src/common/network/kinds/shape.ts'
import { unpackRuns } from '../../../src/common/rpc/run-list.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { Lab } from '../../support/lab.ts'
import { type FileTensor, torchZip } from '../../support/weight-files.ts'

describe('importing weights', () => {
  let lab: Lab
  let client: EngineClient
  let path: string
  let tensorsOf: (seed: number) => FileTensor[]

  beforeAll(async () => {
    lab = await Lab.open()
    client = await lab.client()
    const [dataset] = await client.call('datasets.list', {})
    const network = buildNetwork({
      family: 'residual',
      n: 1,
      widths: [4, 4, 8],
      inputShape: dataset!.imageShape!,
      classes: dataset!.classes.length,
    })
    tensorsOf = (seed) => {
      const random = seededRandom(seed)
      return akamaster.names(network).map(({ theirs, theirShape }) => ({
        name: `module.${theirs}`,
        shape: theirShape,
        values: Float32Array.from({ length: elements(theirShape) }, () => (theirs.endsWith('running_var') ? 0.5 : 0) + random() - 0.25),
      }))
    }
    path = join(lab.workspace, 'resnet8.pth')
    writeFileSync(path, torchZip(tensorsOf(7)))
  })
  afterAll(() => lab.close())

  it('weights that fit become a finished run without epochs, which says where they came from and is tested like any other', async () => {
    const options = { dataset: 'stripes', network: { family: 'residual' as const } }
    const found = await client.call('weights.inspect', { path, options })
    expect(found).toMatchObject({ format: 'pytorch', mismatches: [], network: { layers: 8 } })
    expect(found.by).toContain('akamaster')
    const { runId } = await client.call('weights.import', { path, options, name: 'from elsewhere' })
    const run = await client.call('runs.get', { runId })
    expect(run).toMatchObject({
      name: 'from elsewhere',
      state: 'finished',
      lastEpoch: null,
      imported: { file: 'resnet8.pth', format: 'pytorch' },
    })
    expect(run.settings.recipe).toMatchObject({ normalization: 'given', normalizationMean: [0.485, 0.456, 0.406] })
    const listed = unpackRuns(await client.call('runs.list', {})).find(({ id }) => id === runId)
    expect(listed?.imported).toEqual(run.imported)

    const { evaluations } = await client.call('evaluations.queue', { runIds: [runId], protocols: ['single-view'] })
    const [{ id }] = evaluations as [(typeof evaluations)[0]]
    const evaluationOf = () => client.call('evaluations.get', { evaluationId: id })
    await expect.poll(async () => (await evaluationOf()).state, { timeout: 60_000 }).toBe('finished')
    expect((await evaluationOf()).results?.topOneError).toBeGreaterThan(0)
  })

  it('two imports of one file are one experiment; those of another file, or of other channels, are others', async () => {
    const other = join(lab.workspace, 'other.pth')
    writeFileSync(other, torchZip(tensorsOf(2)))
    const hashOf = async (file: string, options: object = {}) => {
      const { runId } = await client.call('weights.import', { path: file, options: { imageSize: 8, ...options } })
      return (await client.call('runs.get', { runId })).settingsHash
    }
    const first = await hashOf(path)
    expect(await hashOf(path)).toBe(first)
    expect(new Set([first, await hashOf(other), await hashOf(path, { channelOrder: 'bgr' })]).size).toBe(3)
  })

  it('weights that do not fit are refused by name, and nothing is kept of them', async () => {
    const before = (await client.call('runs.list', {})).total
    await expect(client.call('weights.import', { path, options: { network: { shortcut: 'B' } } })).rejects.toThrow(
      /do not fit residual-8 B.*layer3\.0\.shortcut\.0 .*1x1 convolution 4 -> 8 in the network, not in the file/,
    )
    expect((await client.call('runs.list', {})).total).toBe(before)
  })
})
