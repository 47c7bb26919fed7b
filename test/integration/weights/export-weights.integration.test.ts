import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-web'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EngineClient } from '../../../src/common/rpc/contract.ts'
import type { RunSummary } from '../../../src/common/records/records.ts'
import type { WeightsExport } from '../../../src/common/rpc/weights-export.ts'
import { readManifest, readSplit } from '../../../src/main/data/stored/dataset-folder.ts'
import { channelsBeforePixels } from '../../fixtures/exported-network.ts'
import { expectFailure } from '../../support/expect-failure.ts'
import { Lab } from '../../support/lab.ts'
import { Skiplab } from '../../support/skiplab-process.ts'

let lab: Lab
let client: EngineClient
let run: RunSummary
let out: string

beforeAll(async () => {
  lab = await Lab.open()
  client = await lab.client()
  const set = { epochs: 3, batchSize: 32, statisticsSize: 0, precision: 'fp32', validationSize: 60 }
  await lab.queue({ families: ['residual'], set })
  run = (await lab.untilOver())[0]!
  out = join(lab.workspace, 'out')
  mkdirSync(out)
})
afterAll(() => lab.close())

const write = (request: Partial<WeightsExport> & Pick<WeightsExport, 'format'>) =>
  client.call('exports.weights', { runId: run.id, ...request })
const names = (folder = out) => readdirSync(folder).sort()

describe('exporting the weights of a run', () => {
  it('an ONNX file gives the very test error that the run has, preprocessing included', async () => {
    const path = join(out, 'net.onnx')
    const { files, epoch } = await write({ format: 'onnx', path })
    expect(epoch).toBe(3)
    expect(files.map((file) => file.path)).toEqual([path, join(out, 'net.md')])
    const folder = join(lab.workspace, 'datasets', 'stripes')
    const { images, labels } = await readSplit(folder, await readManifest(folder), 'test')
    const session = await InferenceSession.create(readFileSync(path))
    const given = channelsBeforePixels(
      Float32Array.from(images, (value) => value / 255),
      [32, 32, 3],
    )
    const { scores } = await session.run({ images: new Tensor('float32', given, [labels.length, 3, 32, 32]) })
    const wrong = Array.from(labels, (label, image) => {
      const own = (scores!.data as Float32Array).subarray(4 * image, 4 * image + 4)
      return Number(own.indexOf(Math.max(...own)) !== label)
    })
    expect(wrong.reduce((sum, one) => sum + one, 0) / labels.length).toBeCloseTo(run.lastEpoch!.results.test.topOneError, 6)
    await session.release()
  })

  it('the card tells network, data set, recipe, errors, how to load the file, and where it comes from, with checksums', async () => {
    const { files } = await write({ format: 'pytorch', path: join(out, 'net.pt') })
    expect(files.map((file) => file.path.slice(out.length + 1))).toEqual(['net.pt', 'net-preprocessing.pt', 'net.md'])
    for (const { path, bytes, sha256 } of files) {
      const content = readFileSync(path)
      expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256])
    }
    const card = readFileSync(join(out, 'net.md'), 'utf8')
    const error = `${(100 * run.lastEpoch!.results.test.topOneError).toFixed(2)} %`
    for (const words of [
      `# ${run.name}`,
      'across, across wide, along, along wide',
      run.settings.dataset.checksum,
      run.settingsHash,
      files[0]!.sha256,
      `| test | top-1 error | ${error} |`,
      'torch.load("net.pt", weights_only=True)',
      'net-preprocessing.pt holds it',
    ])
      expect(card).toContain(words)
  })

  it('every format comes as files beside each other, or as one archive with all of them', async () => {
    await write({ format: 'safetensors', path: join(out, 'a.safetensors'), naming: 'a-martyn', checkpoint: 'best' })
    await write({ format: 'savedmodel', path: join(out, 'saved') })
    expect(names()).toEqual(expect.arrayContaining(['a-preprocessing.safetensors', 'a.md', 'a.safetensors', 'saved']))
    expect(names(join(out, 'saved'))).toEqual(['README.md', 'saved_model.pb'])
    expect(readFileSync(join(out, 'a.safetensors'), 'latin1')).toContain('stack1.0.conv1.weight')
    const { path, files } = await write({ format: 'savedmodel', archive: true })
    expect(path).toMatch(/exports.weights-small-residual-8-A-4-4-8-seed-1-[-\d]+-savedmodel\.zip$/)
    expect(files).toHaveLength(1)
    const packed = readFileSync(path, 'latin1')
    for (const entry of ['.savedmodel/README.md', 'saved_model.pb']) expect(packed.includes(entry.replace('.savedmodel', ''))).toBe(true)
  })

  it.each(['pytorch', 'safetensors', 'onnx'] as const)(
    '%s is taken in again without a word and has the very test error',
    async (format) => {
      const path = join(out, `again.${format}`)
      await write({ format, path })
      expect(await client.call('weights.inspect', { path })).toMatchObject({ mismatches: [], dataset: { name: 'stripes', present: true } })
      const { runId } = await client.call('weights.import', { path })
      const { settings } = await client.call('runs.get', { runId })
      expect(settings).toEqual({ ...run.settings, recipe: { ...run.settings.recipe, name: 'imported' } })
      const { evaluations } = await client.call('evaluations.queue', { runIds: [runId], protocols: ['single-view'] })
      const { id } = evaluations[0]!
      const state = async () => (await client.call('evaluations.get', { evaluationId: id })).state
      await expect.poll(state, { timeout: 60_000 }).toBe('finished')
      const { results } = await client.call('evaluations.get', { evaluationId: id })
      expect(results?.topOneError).toBe(run.lastEpoch!.results.test.topOneError)
      expect(results?.loss).toBeCloseTo(run.lastEpoch!.results.test.loss, 5)
    },
  )

  it('what cannot be written is refused in words, and nothing half-written stays', async () => {
    const before = names()
    mkdirSync(join(out, 'full'))
    writeFileSync(join(out, 'full', 'mine.txt'), 'mine')
    await expectFailure(write({ format: 'savedmodel', path: join(out, 'full') }), 'bad-input', 'not empty')
    await expectFailure(write({ format: 'onnx', path: join(out, 'full') }), 'bad-input', 'is a folder')
    await expectFailure(write({ format: 'onnx', path: 'relative.onnx' }), 'bad-input', 'starts at the top')
    await expectFailure(write({ format: 'onnx', naming: 'torchvision', runId: 999 }), 'not-found', '999')
    expect(names()).toEqual([...before, 'full'].sort())
    expect(names(join(out, 'full'))).toEqual(['mine.txt'])
  })

  it('a damaged checkpoint is refused', async () => {
    const [newest] = lab.query<{ file: string }>('SELECT file FROM checkpoints ORDER BY step DESC, epoch DESC LIMIT 1')
    const path = join(lab.workspace, 'checkpoints', String(run.id), newest!.file)
    const whole = readFileSync(path)
    const damaged = Buffer.from(whole)
    damaged[damaged.length - 5]! ^= 1
    writeFileSync(path, damaged)
    await expectFailure(write({ format: 'pytorch', path: join(out, 'damaged.pt') }), 'conflict', 'SHA-256 differs')
    writeFileSync(path, whole)
    expect(existsSync(join(out, 'damaged.pt'))).toBe(false)
  })

  it('the command line writes where it is run, in the format of the ending', async () => {
    const skiplab = new Skiplab(lab.workspace)
    const written = await skiplab.run('export', 'weights', String(run.id), '--output', join(out, 'cli.safetensors'), '--json')
    expect(JSON.parse(written.stdout)).toMatchObject({
      path: join(out, 'cli.safetensors'),
      format: 'safetensors',
      naming: 'akamaster',
      epoch: 3,
    })
    const refused = await skiplab.run('export', 'weights', String(run.id), '--output', '-')
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('name a file or a .zip')])
  })
})
