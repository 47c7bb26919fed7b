import { existsSync } from 'node:fs'
import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Acknowledged } from '../../support/acknowledged.ts'
import { killWhileWriting } from '../../support/checkpoint-writes.ts'
import { killNow, Lab, smallSweep, staysAlive } from '../../support/lab.ts'
import { ReferenceSweep } from '../../support/reference-sweep.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { writePhotographs } from '../../support/write-photographs.ts'

// Real training, killed without warning at moments that a fixed seed draws. TRIALS sets how many (`npm run trials`).
const trials = Number(process.env.TRIALS ?? 20)
/** Every image is decoded anew in each: fewer trials of their own. */
const streamedTrials = process.env.TRIALS ? Math.min(trials, 20) : 2
const timeout = 60_000 + trials * 60_000
/** A run that crashes a third time is held. */
const killsPerSweep = 2
/** 320 images in batches of 32. */
const stepsPerEpoch = 10

/** A lab for one test: they run side by side, since most of a trial is waiting for another try. */
async function withReference(test: (lab: Lab, reference: ReferenceSweep) => Promise<void>): Promise<void> {
  const lab = await Lab.open()
  try {
    await test(lab, await ReferenceSweep.sharedIn(lab))
  } finally {
    await lab.close()
  }
}

/** The step from which a run's second attempt went on. */
function resumedFrom(lab: Lab, runId: number): number {
  return lab.query<{ step: number }>(`SELECT resumed_from_step AS step FROM attempts WHERE run_id = ${runId} AND attempt = 2`)[0]!.step
}

describe.concurrent(`over ${trials} random moments, a sweep of real runs ends as if nothing had happened after`, () => {
  it('a sweep ends as if nothing had happened after a worker was killed', { timeout }, () =>
    withReference(async (lab, reference) => {
      const random = seededRandom(1)
      for (let trial = 0; trial < trials; trial += killsPerSweep) {
        await reference.expectSameAfter(async () => {
          for (let kill = 0; kill < killsPerSweep; kill++) {
            await reference.moment(random, killsPerSweep)
            const pids = lab.workerPids()
            const pid = pids[Math.floor(random() * pids.length)]
            if (pid !== undefined) killNow(pid)
          }
        })
      }
      // A sweep that was quicker than its reference may have been over.
      expect(lab.query("SELECT 1 FROM attempts WHERE outcome = 'crashed'").length, 'workers killed').toBeGreaterThan(trials / 3)
    }),
  )

  it(
    'a sweep ends as if nothing had happened after a worker was killed that streams its images, scaled, cropped and shifted in colour',
    { timeout },
    async () => {
      const lab = await Lab.open()
      try {
        await writePhotographs(join(lab.workspace, 'datasets', 'photographs'), { train: 320, test: 100 })
        const augmentation = { imageSize: 32, cropPadding: 0, scaleJitter: [256, 480], pcaShift: 0.1 }
        const reference = await ReferenceSweep.train(lab, { dataset: 'photographs', set: { ...smallSweep.set, ...augmentation } })
        const random = seededRandom(6)
        let killed = 0
        for (let trial = 0; trial < streamedTrials; trial++) {
          await reference.expectSameAfter(async () => {
            await lab.until('a worker', () => lab.workerPids().length > 0)
            await reference.moment(random)
            for (const pid of lab.workerPids().slice(0, 1)) {
              killNow(pid)
              killed++
            }
          })
        }
        expect(lab.query("SELECT 1 FROM attempts WHERE outcome = 'crashed'").length, 'workers killed').toBe(killed)
        console.log(`${killed} of ${streamedTrials} kills hit a worker that streams`)
        expect(killed, 'workers killed').toBeGreaterThan(streamedTrials / 3)
        expect(lab.query("SELECT 1 FROM events WHERE kind = 'data-wait' LIMIT 1"), 'told what it waited for data').toHaveLength(1)
      } finally {
        await lab.close()
      }
    },
  )

  it.runIf(process.platform === 'linux')('a worker is killed while it writes a checkpoint', { timeout }, () =>
    withReference(async (lab, reference) => {
      const random = seededRandom(4)
      let caught = 0
      // Both runs of a sweep, each once.
      for (let trial = 0; trial < trials; trial += 2) {
        const killed: { runId: number; lastStep: number }[] = []
        await reference.expectSameAfter(async (runIds) => {
          const acknowledged = new Acknowledged(await lab.client())
          const killOnce = async (runId: number): Promise<void> => {
            const isOver = () => lab.query(`SELECT 1 FROM runs WHERE id = ${runId} AND state = 'finished'`).length > 0
            if (!(await killWhileWriting(join(lab.workspace, 'checkpoints', String(runId)), Math.floor(random() * 4), isOver))) return
            caught++
            expect(acknowledged.lost(lab)).toEqual([])
            killed.push({ runId, lastStep: acknowledged.lastStep(runId) })
          }
          await Promise.all(runIds.map(killOnce))
        })
        for (const { runId, lastStep } of killed) expect(lastStep - resumedFrom(lab, runId)).toBeLessThanOrEqual(stepsPerEpoch)
      }
      console.log(`${caught} of ${trials} kills hit a checkpoint's write`)
      expect(caught).toBeGreaterThan(trials * 0.7)
    }),
  )

  it('a sweep ends as if nothing had happened after the engine was killed, with all that it acknowledged', { timeout }, () =>
    withReference(async (lab, reference) => {
      const random = seededRandom(2)
      let told = 0
      const killOnce = async (runId: number): Promise<void> => {
        const client = await lab.client()
        const acknowledged = new Acknowledged(client)
        await reference.moment(random, killsPerSweep)
        const [engine, workers] = [lab.enginePid, lab.workerPids()]
        const closed = new Promise<void>((resolve) => client.onClose(() => resolve()))
        // So many that the engine is likely to be killed while it writes one.
        let answered = 0
        for (let note = 1; note <= 200; note++)
          void client.call('runs.annotate', { runIds: [runId], annotation: { notes: String(note) } }).then(
            () => (answered = note),
            () => undefined,
          )
        await sleep(random() * 30)
        process.kill(engine, 'SIGKILL')
        await closed
        told += acknowledged.count
        expect(acknowledged.lost(lab)).toEqual([])
        expect(Number(lab.query<{ notes: string }>(`SELECT notes FROM runs WHERE id = ${runId}`)[0]?.notes)).toBeGreaterThanOrEqual(
          answered,
        )
        // Workers end by themselves when their engine is gone, or the next engine ends them.
        await lab.until('an engine that is back', () => true)
        for (const pid of workers) expect(await staysAlive(pid)).toBe(false)
      }
      for (let trial = 0; trial < trials; trial += killsPerSweep) {
        await reference.expectSameAfter(async ([runId]) => {
          for (let kill = 0; kill < killsPerSweep; kill++) await killOnce(runId!)
        })
      }
      // Some kills come before the first word of a run; how many depends on the machine.
      expect(told).toBeGreaterThan(trials / 2)
    }),
  )

  it('a sweep ends as if nothing had happened after the engine was told to end', { timeout }, () =>
    withReference(async (lab, reference) => {
      const random = seededRandom(3)
      for (let trial = 0; trial < trials; trial += killsPerSweep) {
        await reference.expectSameAfter(async () => {
          for (let kill = 0; kill < killsPerSweep; kill++) {
            await lab.until('an engine', () => true)
            await reference.moment(random, killsPerSweep)
            const { enginePid } = lab
            process.kill(enginePid, 'SIGTERM')
            expect(await staysAlive(enginePid)).toBe(false)
            const interrupted = lab.query<{ state: string }>('SELECT DISTINCT state FROM runs').map((row) => row.state)
            expect(interrupted).not.toContain('running')
          }
        })
      }
    }),
  )
})

const damages: Readonly<Record<string, (path: string, random: () => number) => Promise<void>>> = {
  flipped: async (path, random) => {
    const bytes = await readFile(path)
    bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8)
    await writeFile(path, bytes)
  },
  cut: async (path, random) => truncate(path, Math.floor(random() * (await readFile(path)).length)),
  zeroed: async (path, random) => {
    const bytes = await readFile(path)
    await writeFile(path, bytes.fill(0, Math.floor(random() * (bytes.length - 8))))
  },
  gone: (path) => rm(path),
}

it.concurrent.each(Object.keys(damages))(
  'a checkpoint that is %s is found, and the run goes on from the one before to the same numbers',
  { timeout: 60_000 + trials * 10_000 },
  (damage) =>
    withReference(async (lab, reference) => {
      const random = seededRandom(5)
      for (let trial = 0; trial < Math.ceil(trials / 10); trial++) {
        const [runId] = (await lab.queue({ families: ['plain'] })) as [number]
        await lab.until('two checkpoints', () => lab.query(`SELECT 1 FROM checkpoints WHERE run_id = ${runId}`).length >= 2)
        await (await lab.client()).call('engine.stop', { mode: 'now' })
        const rows = lab
          .query<{ file: string }>(`SELECT file FROM checkpoints WHERE run_id = ${runId} ORDER BY step DESC, epoch DESC`)
          .map(({ file }) => file)
        const pathOf = (file: string) => join(lab.workspace, 'checkpoints', String(runId), file)
        // The kill may have come between a newer checkpoint and the news of it: then the worker had removed the oldest already.
        const left = rows.filter((file) => existsSync(pathOf(file)))
        const [newest] = left
        await damages[damage]!(pathOf(newest!), random)
        await lab.untilOver()
        const events = await (await lab.client()).call('runs.events', { runId })
        expect(events.filter((event) => event.kind === 'checkpoint-rejected').map((event) => event.message.split(':')[0])).toEqual([
          newest,
          ...(left.length > 1 ? [] : rows.filter((file) => file !== newest)),
        ])
        expect(lab.numbers(runId)).toEqual(reference.numbersOf(0))
        expect(await lab.problems()).toEqual([])
      }
    }),
)

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
