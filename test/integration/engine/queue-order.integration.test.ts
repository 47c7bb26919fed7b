import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { killNow, Lab, smallSweep } from '../../support/lab.ts'
import { seededRandom } from '../../support/seeded-random.ts'

/** Learning rates by which the scripted worker is told what to do; see the fixture. */
const faults = { none: 0.1, crash: 1 }
/** `npm run trials` asks for the full count. */
const runsOfEach = process.env.TRIALS ? 300 : 12

let lab: Lab
beforeEach(async () => {
  lab = await Lab.open({ scripted: true })
})
afterEach(async () => {
  expect(await lab.problems()).toEqual([])
  await lab.close()
})

/** Runs in the order of their first attempts. */
function startOrder(): number[] {
  return lab.query<{ runId: number }>("SELECT run_id AS runId FROM events WHERE kind = 'started' ORDER BY id").map((row) => row.runId)
}

it(
  'many small runs all end, in the order of their priorities, while poison runs among them are held after three attempts',
  { timeout: runsOfEach * 10_000 + 120_000 },
  async () => {
    const client = await lab.client()
    await client.call('queue.pause', {})
    const seeds = Array.from({ length: runsOfEach }, (_, index) => index + 1)
    const sweep = (priority: number, learningRate: number, count = seeds) =>
      lab.queue({ families: ['plain'], seeds: count, priority, set: { learningRate } })
    const low = await sweep(-3, faults.none)
    const middle = await sweep(0, faults.none)
    const poison = await sweep(10, faults.crash, [1, 2])
    const high = await sweep(5, faults.none)
    await client.call('queue.resume', {})
    const runs = await lab.untilOver()
    expect(runs.filter((run) => poison.includes(run.id)).map(({ state, attempt }) => ({ state, attempt }))).toEqual(
      poison.map(() => ({ state: 'held', attempt: 3 })),
    )
    expect(runs.filter((run) => !poison.includes(run.id)).every((run) => run.state === 'finished' && run.attempt === 1)).toBe(true)
    const rank = new Map([
      ...poison.map((id) => [id, 0] as const),
      ...high.map((id) => [id, 1] as const),
      ...middle.map((id) => [id, 2] as const),
      ...low.map((id) => [id, 3] as const),
    ])
    const ranks = startOrder().map((id) => rank.get(id)!)
    // Two slots: of two that start in the same moment either may be first.
    ranks.slice(2).forEach((each, index) => expect(each, ranks.join(' ')).toBeGreaterThanOrEqual(Math.max(...ranks.slice(0, index + 1))))
  },
)

/** Resident memory of a process in bytes. */
function residentBytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
}

it(
  'a long queue ends though its workers and its engine are killed now and then, and the engine stays small',
  { timeout: runsOfEach * 10_000 + 120_000 },
  async () => {
    const total = runsOfEach * 3
    const seeds = Array.from({ length: total }, (_, index) => index + 1)
    await lab.queue({ families: ['plain'], seeds, set: { learningRate: faults.none } })
    const random = seededRandom(5)
    const memory = new Map<number, number[]>()
    const finished = () => lab.query<{ n: number }>("SELECT count(*) AS n FROM runs WHERE state = 'finished'")[0]!.n
    for (let kill = 0; finished() < total; kill++) {
      await sleep(process.env.TRIALS ? 20_000 : 100)
      // A short queue is over soon: a few kills, and not so many that one run meets three.
      if (!process.env.TRIALS && kill >= 6) continue
      await lab.until('a worker', () => lab.workerPids().length > 0 || finished() === total)
      const pid = lab.enginePid
      memory.set(pid, [...(memory.get(pid) ?? []), residentBytes(pid)])
      const workers = lab.workerPids()
      if (kill % 4 === 0) process.kill(pid, 'SIGKILL')
      else if (workers.length > 0) killNow(workers[Math.floor(random() * workers.length)]!)
      await lab.until('an engine', () => true)
      expect(await lab.problems()).toEqual([])
    }
    const attempts = (await lab.runs()).map((run) => run.attempt)
    expect(Math.max(...attempts), 'somebody was killed').toBeGreaterThan(1)
    for (const sizes of memory.values()) expect(sizes.at(-1)! - sizes[0]!).toBeLessThan(50e6)
  },
)

it('runs start in the order in which somebody put them', async () => {
  const client = await lab.client()
  await client.call('queue.pause', {})
  const [a, b, c, d] = (await lab.queue({ families: ['plain'], n: [1, 2, 3, 4], set: { learningRate: faults.none } })) as [
    number,
    number,
    number,
    number,
  ]
  await client.call('queue.move', { runIds: [d], to: { before: b } })
  await client.call('queue.move', { runIds: [a], to: 'last' })
  expect((await client.call('queue.list', {})).map((run) => run.id)).toEqual([d, b, c, a])
  const planned = await client.call('queue.forecast', {})
  expect(planned.runs, 'nothing was measured yet').toEqual([])
  await client.call('queue.resume', {})
  await lab.untilOver()
  const pairs = [startOrder().slice(0, 2).sort(), startOrder().slice(2).sort()]
  expect(pairs, 'two slots take two at a time').toEqual([[d, b].sort(), [c, a].sort()])
})

it('the forecast of a queue is known once something has trained, and names every run', async () => {
  const client = await lab.client()
  await lab.queue({ families: ['plain'], set: { learningRate: faults.none } })
  await lab.untilOver()
  await client.call('queue.pause', {})
  const ids = await lab.queue({ n: [1, 2], set: { learningRate: faults.none } })
  const { runs, finish, chance } = await client.call('queue.forecast', { by: Date.now() + 86_400_000 })
  expect(runs.map((run) => run.runId)).toEqual(ids)
  expect(new Set(runs.map((run) => run.slot))).toEqual(new Set([0, 1]))
  expect(finish!.finishAt).toBe(Math.max(...runs.map((run) => run.endAt)))
  expect(finish!.latestAt).toBeGreaterThan(finish!.earliestAt)
  expect(chance).toBe(1)
  // The status forecasts anew only after a rest, which is as long as the last forecast was slow.
  const told = async () => (await client.call('engine.status', {})).forecast
  await expect.poll(told, { timeout: 30_000 }).not.toBeNull()
  expect(Math.abs((await told())!.finishAt - finish!.finishAt)).toBeLessThan(60_000)
})

it('a sweep that is queued tells of a run that needs more memory than is free', async () => {
  const client = await lab.client()
  await client.call('queue.pause', {})
  const sweep = { ...smallSweep, families: ['residual' as const] }
  expect((await client.call('sweeps.queue', { sweep })).tooLarge).toBeNull()
  const { tooLarge, runIds } = await client.call('sweeps.queue', { sweep: { ...sweep, n: [9], widths: [[2048, 2048, 2048]] } })
  expect(tooLarge).toMatchObject({ run: (await client.call('runs.get', { runId: runIds[0]! })).name, fitting: [] })
  await client.call('queue.cancel', { selection: { all: true } })
})
