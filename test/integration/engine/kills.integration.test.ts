import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { killNow, Lab, staysAlive } from '../../support/lab.ts'
import { ReferenceSweep } from '../../support/reference-sweep.ts'
import { seededRandom } from '../../support/seeded-random.ts'

// Real training, killed without warning at moments that a fixed seed draws. TRIALS sets how many (`npm run trials`).
const trials = Number(process.env.TRIALS ?? 3)

let lab: Lab
let reference: ReferenceSweep

beforeAll(async () => {
  lab = await Lab.open()
  reference = await ReferenceSweep.train(lab)
})
afterAll(() => lab.close())

describe(`over ${trials} random moments, a sweep of real runs ends as if nothing had happened after`, () => {
  it('a worker is killed', { timeout: trials * 90_000 }, async () => {
    const random = seededRandom(1)
    for (let trial = 0; trial < trials; trial++) {
      await reference.expectSameAfter(async () => {
        await reference.moment(random)
        const pids = lab.workerPids()
        const pid = pids[Math.floor(random() * pids.length)]
        if (pid !== undefined) killNow(pid)
      })
    }
  })

  it('the engine is killed', { timeout: trials * 90_000 }, async () => {
    const random = seededRandom(2)
    for (let trial = 0; trial < trials; trial++) {
      await reference.expectSameAfter(async () => {
        await reference.moment(random)
        const [engine, workers] = [lab.enginePid, lab.workerPids()]
        process.kill(engine, 'SIGKILL')
        // Workers end by themselves when their engine is gone, or the next engine ends them.
        await lab.until('an engine that is back', () => true)
        for (const pid of workers) expect(await staysAlive(pid)).toBe(false)
      })
    }
  })

  it('the engine is told to end', { timeout: trials * 90_000 }, async () => {
    const random = seededRandom(3)
    for (let trial = 0; trial < Math.ceil(trials / 2); trial++) {
      await reference.expectSameAfter(async () => {
        await reference.moment(random)
        const { enginePid } = lab
        process.kill(enginePid, 'SIGTERM')
        expect(await staysAlive(enginePid)).toBe(false)
        const interrupted = lab.query<{ state: string }>('SELECT DISTINCT state FROM runs').map((row) => row.state)
        expect(interrupted).not.toContain('running')
      })
    }
  })
})

it('a damaged checkpoint is found, and the run goes on from the one before to the same numbers', async () => {
  const [runId] = (await lab.queue({ families: ['plain'] })) as [number]
  await lab.until('two checkpoints', () => lab.query(`SELECT 1 FROM checkpoints WHERE run_id = ${runId}`).length >= 2)
  await (await lab.client()).call('engine.stop', { mode: 'now' })
  const [newest] = lab.query<{ file: string }>(`SELECT file FROM checkpoints WHERE run_id = ${runId} ORDER BY step DESC, epoch DESC LIMIT 1`)
  const path = join(lab.workspace, 'checkpoints', String(runId), newest!.file)
  const bytes = await readFile(path)
  bytes[bytes.length >> 1]! ^= 1
  await writeFile(path, bytes)
  await lab.untilOver()
  const events = await (await lab.client()).call('runs.events', { runId })
  expect(events.map((event) => event.kind)).toContain('checkpoint-rejected')
  expect(lab.numbers(runId)).toEqual(reference.numbersOf(0))
  expect(await lab.problems()).toEqual([])
})

it('an engine whose workspace is moved away or removed ends, and its workers with it', async () => {
  const here = await Lab.open()
  await here.queue({ families: ['plain'] })
  await here.until('a worker', () => here.workerPids().length > 0)
  const pids = [here.enginePid, ...here.workerPids()]
  const elsewhere = `${here.workspace}-moved`
  await rename(here.workspace, elsewhere)
  try {
    for (const pid of pids) expect(await staysAlive(pid)).toBe(false)
  } finally {
    await rm(elsewhere, { recursive: true, force: true, maxRetries: 5 })
    await here.close()
  }
})
