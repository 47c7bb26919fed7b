import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Analysis } from '../../../src/common/analyses/analysis.ts'
import type { CallInput } from '../../../src/common/rpc/contract.ts'
import { expectFailure } from '../../support/expect-failure.ts'
import { killNow, Lab, staysAlive } from '../../support/lab.ts'

let lab: Lab
let runId: number
beforeEach(async () => {
  lab = await Lab.open({ scripted: true })
  runId = (await lab.queue({ families: ['plain'] }))[0]!
  await lab.untilOver()
  addCheckpoint()
})
afterEach(() => lab.close())

/** The scripted worker writes none. */
function addCheckpoint(): void {
  const folder = join(lab.workspace, 'checkpoints', String(runId))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'weights.safetensors'), 'weights')
  const sha256 = createHash('sha256').update('weights').digest('hex')
  lab.change(`INSERT INTO checkpoints (run_id, file, step, epoch, sha256, bytes, error, attempt, created_at)
    VALUES (${runId}, 'weights.safetensors', 10, 2, '${sha256}', 7, 0.25, 1, 0)`)
}

/** Numbers of images by which the scripted worker is told what to do; see the fixture. */
const [runsUntilEnded, computesNonsense, finishes] = [2, 3, 10]

async function analyse(
  images: number,
  request: Partial<CallInput<'analyses.queue'>> = {},
): Promise<{ analysis: Analysis; reused: boolean }> {
  const client = await lab.client()
  return client.call('analyses.queue', { kind: 'layers', runIds: [runId], options: { images }, ...request })
}

/** Waits over restarts of the engine. */
async function until(what: string, condition: (analysis: Analysis) => boolean): Promise<Analysis> {
  for (const deadline = performance.now() + 120_000; performance.now() < deadline;) {
    await sleep(100)
    const found = await lab
      .client()
      .then((client) => client.call('analyses.list', {}))
      .catch(() => [])
    if (found[0] && condition(found[0])) return found[0]
  }
  throw new Error(`${what} did not come about: ${JSON.stringify(lab.query('SELECT id, state, reason FROM analyses'))}`)
}
const partials = () => readdirSync(join(lab.workspace, 'analyses'))

describe('an analysis in the queue', () => {
  it('an analysis in the queue tells clients what becomes of it, keeps its result and is not done again unless asked', async () => {
    const client = await lab.client()
    const told: string[] = []
    client.on('analysis.changed', ({ state }) => {
      told.push(state)
    })
    const { analysis, reused } = await analyse(finishes)
    expect(reused).toBe(false)
    expect(await until('its end', ({ state }) => state === 'finished')).toMatchObject({ epochs: [2], attempt: 1 })
    expect(told).toEqual(['waiting', 'running', 'finished'])
    const { result } = await client.call('analyses.get', { analysisId: analysis.id })
    expect(result).toMatchObject({ runs: [{ runId, images: 10 }] })
    expect((await client.call('runs.events', { runId })).at(-1)).toMatchObject({ kind: 'analysed' })
    expect(await analyse(finishes)).toMatchObject({ reused: true, analysis: { id: analysis.id } })
    expect((await analyse(finishes, { checkpoint: 0 })).reused).toBe(false)
    expect((await analyse(finishes, { again: true })).reused).toBe(false)
  })

  it('an analysis in the queue goes on from what it wrote after the engine was killed; cancelled, it leaves no file', async () => {
    const { analysis } = await analyse(runsUntilEnded)
    await until('its start', ({ state }) => state === 'running' && partials().length === 1)
    const status = await (await lab.client()).call('engine.status', {})
    expect(status.slots.map((slot) => slot.analysisId)).toContain(analysis.id)
    const [{ pid } = { pid: 0 }] = lab.query<{ pid: number }>('SELECT pid FROM analyses')
    writeFileSync(join(lab.workspace, 'analyses', '99.json'), 'stray')
    killNow(lab.enginePid)
    await until('another start', ({ state, attempt }) => state === 'running' && attempt === 2)
    expect(await staysAlive(pid)).toBe(false)
    expect(partials()).toEqual([`${analysis.id}.json`])
    expect(readFileSync(join(lab.workspace, 'analyses', `${analysis.id}.json`), 'utf8')).toContain('attempt')
    const client = await lab.client()
    await expectFailure(client.call('analyses.remove', { analysisIds: [analysis.id] }), 'conflict', 'Cancel it first')
    await client.call('analyses.cancel', { analysisIds: [analysis.id] })
    expect(await until('its end', ({ state }) => state === 'cancelled')).toMatchObject({ reason: 'cancelled on request' })
    expect(partials()).toEqual([])
    expect(await client.call('analyses.remove', { analysisIds: [analysis.id] })).toEqual({ analysisIds: [analysis.id] })
    expect(await client.call('analyses.list', {})).toEqual([])
  })

  it('an analysis in the queue is tried three times when its worker computes what its kind does not give', async () => {
    await analyse(computesNonsense)
    const failed = await until('its failure', ({ state }) => state === 'failed')
    expect(failed).toMatchObject({ attempt: 3, reason: expect.stringContaining('not what it should be') as string })
  })

  it('an analysis in the queue takes several checkpoints of a run, each with its epoch, and the run lists what it has', async () => {
    const client = await lab.client()
    expect(await client.call('runs.checkpoints', { runId })).toMatchObject([{ epoch: 2, bytes: 7, isLast: true, isBest: true }])
    const { analysis } = await analyse(finishes, { checkpoint: [2, 0, 2] })
    expect(analysis).toMatchObject({ checkpoint: [0, 2], runIds: [runId, runId], epochs: [0, 2] })
    expect(await until('its end', ({ state }) => state === 'finished')).toMatchObject({ epochs: [0, 2] })
    const { result } = await client.call('analyses.get', { analysisId: analysis.id })
    expect(result).toMatchObject({ runs: [{ runId }, { runId }] })
    expect(await analyse(finishes, { checkpoint: [0, 2] })).toMatchObject({ reused: true, analysis: { id: analysis.id } })
    expect((await analyse(finishes, { checkpoint: 'every' })).analysis).toMatchObject({ checkpoint: 'every', epochs: [0, 2] })
    await expectFailure(analyse(finishes, { checkpoint: [2, 7] }), 'conflict', 'those of the epochs 2')
    await expectFailure(
      client.call('analyses.queue', { kind: 'loss-surface', runIds: [runId], checkpoint: 'every' }),
      'bad-input',
      'takes one checkpoint of each run',
    )
  })

  it('an analysis in the queue is refused for unknown options, and for splits and checkpoints that a run does not have', async () => {
    await expectFailure(analyse(0), 'bad-input', 'Images: expected at least 1')
    await expectFailure(analyse(finishes, { options: { pictures: 3 } }), 'bad-input', 'Options of the analysis layers')
    await expectFailure(analyse(finishes, { split: 'validation' }), 'bad-input', 'validates on no images')
    await expectFailure(analyse(finishes, { checkpoint: 7 }), 'conflict', 'those of the epochs 2')
    await expectFailure(analyse(finishes, { runIds: [99] }), 'not-found', '99')
    expect(lab.query('SELECT id FROM analyses')).toEqual([])
  })
})
