import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { seededRandom } from '../../support/seeded-random.ts'
import { killNow, Lab, staysAlive } from '../../support/lab.ts'
import { processesNaming } from '../../support/processes-naming.ts'
import { SlurmCluster, whyNoSlurm } from '../../support/slurm-cluster.ts'

// Runs on a real Slurm of three nodes, harmed at moments that a fixed seed draws. TRIALS sets how many (`npm run trials`).
const trials = Math.min(Number(process.env.TRIALS ?? 8), 40)
const reason = whyNoSlurm()
/** Each harmed once, so that none is held for failing too often. */
const runsPerSweep = 4

let cluster: SlurmCluster
let lab: Lab
/** What the runs of a sweep come to, undisturbed on this machine. */
let undisturbed: unknown[]

const sweep = { families: ['plain', 'residual'] as ('plain' | 'residual')[], seeds: 2 }

beforeAll(async () => {
  if (reason !== null) return
  cluster = await SlurmCluster.start()
  lab = await Lab.open({ env: cluster.env })
  const client = await lab.client()
  const { runIds } = await client.call('sweeps.queue', { sweep: { ...lab.sweep(sweep) }, again: true, place: 'here' })
  await lab.untilOver()
  undisturbed = runIds.map((id) => lab.numbers(id))
  const slurm = { partition: 'night', timeMinutes: 60, maxJobs: 4 }
  expect(await client.call('places.add', { name: 'cluster', slurm, folder: join(cluster.folder, 'place') })).toMatchObject({
    state: 'ready',
    trouble: null,
    slots: 4,
    report: { partitions: [{ name: 'night' }, { name: 'urgent' }, { name: 'brief' }] },
  })
}, 180_000)
afterAll(async () => {
  await lab?.close()
  await cluster?.close()
})
beforeEach((context) => {
  if (reason !== null) context.skip(reason)
})

/** Numbers and names of this workspace's jobs that have not ended. */
const liveJobs = () => cluster.jobs().filter(({ state }) => state === 'RUNNING' || state === 'PENDING')

type Random = () => number
function pick<T>(random: Random, list: readonly T[]): T | undefined {
  return list[Math.floor(random() * list.length)]
}
function killOne(random: Random, ...texts: string[]): void {
  const pid = pick(random, processesNaming(join(cluster.folder, 'place'), ...texts))
  if (pid !== undefined) killNow(pid)
}

/** What a night may bring. */
const harms: Readonly<Record<string, (random: Random) => Promise<void> | void>> = {
  'kill -9 of a worker': (random) => killOne(random, 'worker.cjs'),
  'scancel of a job': (random) => inSlurm(random, (number) => cluster.run('scancel', number)),
  'kill -9 of the engine': () => killNow(lab.enginePid),
  'scontrol requeue of a job': (random) => inSlurm(random, (number) => cluster.run('scontrol', 'requeue', number)),
  'kill -9 of a slurmd': async (random) => {
    const node = pick(random, ['lab1', 'lab2', 'lab3'] as const)!
    await cluster.kill(node)
    await sleep(1_000)
    cluster.startNode(node)
  },
  'the end of a job’s time': (random) => inSlurm(random, (number) => cluster.run('scancel', '--batch', '--signal=USR1', number)),
  'kill -9 of a launcher': (random) => killOne(random, 'place-launcher.cjs', ' launch '),
  'kill -9 of the agent': (random) => killOne(random, 'place-launcher.cjs', ' agent'),
}

/** Does something to a job that has not ended; one that ends in this moment is no fault. */
function inSlurm(random: Random, act: (number: string) => void): void {
  const job = pick(random, liveJobs())
  try {
    if (job) act(job.number)
  } catch (error) {
    if (!/already|invalid|complet/i.test(String(error))) throw error
  }
}

it(
  `over ${trials} harms, sweeps on Slurm end with the numbers of an undisturbed one, byte for byte`,
  { timeout: 120_000 + trials * 60_000 },
  async () => {
    const random = seededRandom(11)
    const names = Object.keys(harms)
    for (let trial = 0; trial < trials; trial += runsPerSweep) {
      const client = await lab.client()
      const { runIds } = await client.call('sweeps.queue', { sweep: lab.sweep(sweep), again: true, place: 'cluster' })
      await lab.until('a job that runs', () => liveJobs().some(({ state }) => state === 'RUNNING'))
      for (let harm = 0; harm < runsPerSweep; harm++) {
        await sleep(random() * 3_000)
        const name = names[(trial + harm) % names.length]!
        console.log(
          `trial ${trial + harm + 1}: ${name}; ${liveJobs()
            .map(({ name: job, state }) => `${job} ${state}`)
            .join(', ')}`,
        )
        await harms[name]!(random)
      }
      const runs = (await lab.untilOver()).filter(({ id }) => runIds.includes(id))
      expect(runs.map(({ state, reason }) => ({ state, reason }))).toEqual(runIds.map(() => ({ state: 'finished', reason: null })))
      expect(runs.map(({ trainedAt }) => trainedAt)).toEqual(runIds.map(() => 'cluster'))
      expect(runIds.map((id) => lab.numbers(id))).toEqual(undisturbed)
      expect(await lab.problems()).toEqual([])
      await lab.until('the end of all jobs', () => liveJobs().length === 0)
      for (const pid of processesNaming(join(cluster.folder, 'place'), ' launch ')) expect(await staysAlive(pid)).toBe(false)
    }
    // Each attempt had a job of its own, and none began twice.
    const jobs = cluster.jobs().map(({ name }) => name)
    expect(jobs).toHaveLength(new Set(jobs).size)
  },
)
