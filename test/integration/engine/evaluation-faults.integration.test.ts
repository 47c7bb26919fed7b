import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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

// Protocols by which the scripted worker is told what to do; see the fixture.
const [finishes, runsUntilEnded, crashes, damaged] = ['single-view', '10-crop', 'multi-scale', 'centre-crop'] as const

describe('an evaluation in the queue', () => {
  it('an evaluation in the queue starts before waiting runs, and tells clients what becomes of it', async () => {
    const client = await lab.client()
    const told: string[] = []
    client.on('evaluation.changed', ({ state }) => told.push(state))
    await client.call('queue.pause', {})
    await lab.evaluate({ runIds: [runId], protocols: [finishes] })
    expect((await client.call('engine.status', {})).evaluationsWaiting).toBe(1)
    await client.call('queue.resume', {})
    await lab.untilEvaluations('its end', ([evaluation]) => evaluation?.state === 'finished')
    expect(told).toEqual(['waiting', 'running', 'finished'])
    const events = await client.call('runs.events', { runId })
    expect(events.at(-1)).toMatchObject({ kind: 'evaluated', message: 'evaluation 1, single-view on the test split: top-1 error 10.00 %' })
  })

  it('an evaluation in the queue takes a slot while it runs, and is cancelled at once', async () => {
    const client = await lab.client()
    const [queued] = await lab.evaluate({ runIds: [runId], protocols: [runsUntilEnded] })
    const evaluationId = queued!.id
    await lab.untilEvaluations('its start', ([evaluation]) => evaluation?.state === 'running')
    const status = await client.call('engine.status', {})
    expect(status.slots.map((slot) => slot.evaluationId)).toContain(evaluationId)
    await expectFailure(client.call('evaluations.remove', { evaluationIds: [evaluationId] }), 'conflict', 'Cancel it first')
    expect(await client.call('evaluations.cancel', { evaluationIds: [evaluationId] })).toEqual({ evaluationIds: [evaluationId] })
    const [ended] = await lab.untilEvaluations('its end', ([evaluation]) => evaluation?.state === 'cancelled')
    expect(ended).toMatchObject({ reason: 'cancelled on request', results: null })
    expect(readdirSync(join(lab.workspace, 'evaluations'))).toEqual([])
  })

  it('an evaluation in the queue starts again after the engine was killed, and its old worker is ended', async () => {
    await lab.evaluate({ runIds: [runId], protocols: [runsUntilEnded] })
    await lab.untilEvaluations('its start', ([evaluation]) => evaluation?.state === 'running')
    const [{ pid } = { pid: 0 }] = lab.query<{ pid: number }>('SELECT pid FROM evaluations')
    killNow(lab.enginePid)
    await lab.untilEvaluations('another start', ([evaluation]) => evaluation?.state === 'running' && evaluation.attempt === 2)
    expect(await staysAlive(pid)).toBe(false)
  })

  it('an evaluation in the queue waits again when the engine is stopped', async () => {
    await lab.evaluate({ runIds: [runId], protocols: [runsUntilEnded] })
    await lab.untilEvaluations('its start', ([evaluation]) => evaluation?.state === 'running')
    const client = await lab.client()
    const closed = new Promise<void>((resolve) => client.onClose(() => resolve()))
    await client.call('engine.stop', { mode: 'checkpoint' })
    await closed
    expect(lab.query('SELECT state, pid, failures FROM evaluations')).toEqual([{ state: 'waiting', pid: null, failures: 0 }])
  })

  it('an evaluation in the queue that crashes three times fails with the cause, and its ensemble with it', async () => {
    const [other] = await lab.queue({ families: ['residual'] })
    await lab.untilOver()
    runId = other!
    addCheckpoint()
    const [, , ensemble] = await lab.evaluate({ runIds: [1, other!], protocols: [crashes], ensemble: true })
    const ended = await lab.untilEvaluations('their end', (all) => all.every(({ state }) => state === 'failed'))
    expect(ended[0]).toMatchObject({ attempt: 3 })
    expect(ended[0]!.reason).toMatch(/exit code 7: assertion failed: the scripted worker falls over.*Given up after 3 failed attempts/)
    expect(ended.find(({ id }) => id === ensemble!.id)?.reason).toMatch(/^Evaluation 1 of its run 1 is failed: /)
  })

  it('an evaluation in the queue whose data is damaged fails at once, and one whose checkpoint is gone says so', async () => {
    await lab.evaluate({ runIds: [runId], protocols: [damaged] })
    const [failed] = await lab.untilEvaluations('its end', ([evaluation]) => evaluation?.state === 'failed')
    expect(failed).toMatchObject({ attempt: 1, reason: 'test-images.u8 ends at offset 12' })
    writeFileSync(join(lab.workspace, 'checkpoints', String(runId), 'weights.safetensors'), 'others')
    await lab.evaluate({ runIds: [runId], protocols: [finishes] })
    const [, refused] = await lab.untilEvaluations('its end', ([, evaluation]) => evaluation?.state === 'failed')
    expect(refused?.reason).toMatch(/The checkpoint weights\.safetensors of run \d+ is gone or damaged/)
  })

  it('an evaluation in the queue is refused for a run that trains or has nothing to test', async () => {
    const client = await lab.client()
    const [waiting] = await lab.queue({ families: ['residual'], set: { learningRate: 5 } })
    await expectFailure(client.call('evaluations.queue', { runIds: [waiting!] }), 'conflict', 'it can be tested when it has ended')
    await client.call('queue.cancel', { selection: { runIds: [waiting!] } })
    await lab.untilOver()
    await expectFailure(client.call('evaluations.queue', { runIds: [waiting!] }), 'conflict', 'has no checkpoint')
    const request = { runIds: [runId], split: 'validation' as const }
    await expectFailure(client.call('evaluations.queue', request), 'bad-input', 'test it on test')
  })

  it('an evaluation in the queue is refused where the data set is another one by now, or gone', async () => {
    const client = await lab.client()
    lab.change(`UPDATE runs SET settings = json_set(settings, '$.dataset.checksum', '${'b'.repeat(64)}') WHERE id = ${runId}`)
    await expectFailure(client.call('evaluations.queue', { runIds: [runId] }), 'conflict', 'is no longer the one that run')
    await client.call('datasets.remove', { name: 'stripes' })
    await expectFailure(client.call('evaluations.queue', { runIds: [runId] }), 'not-found', 'no data set "stripes"')
  })
})
