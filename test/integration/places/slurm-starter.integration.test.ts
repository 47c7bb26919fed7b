import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { JobState } from '../../../src/common/places/job-state.ts'
import { type SlurmSettings, slurmSettingsSchema } from '../../../src/common/places/place.ts'
import type { JobStarter, ReadyJob } from '../../../src/main/places/job-starter.ts'
import { LocalShell } from '../../../src/main/places/local-shell.ts'
import { makeSlurmStarter } from '../../../src/main/places/slurm/slurm-starter.ts'
import { SlurmCluster, whyNoSlurm } from '../../support/slurm-cluster.ts'

// A real Slurm of three nodes, started here.
const reason = whyNoSlurm()
let cluster: SlurmCluster

beforeAll(async () => {
  if (reason !== null) return
  cluster = await SlurmCluster.start()
  Object.assign(process.env, cluster.env)
}, 60_000)
afterAll(async () => {
  if (reason === null) await cluster?.close()
})
beforeEach((context) => {
  if (reason !== null) context.skip(reason)
})

const starter = (settings: Partial<SlurmSettings> = {}): JobStarter =>
  makeSlurmStarter(new LocalShell(), slurmSettingsSchema.parse(settings))

let jobs = 0
/** A job whose program is a line of shell. */
function jobOf(line: string, more: Partial<ReadyJob> = {}): ReadyJob {
  const name = `skiplab-test-r${++jobs}-a1`
  const folder = join(cluster.folder, 'jobs', `${name} of a test`)
  mkdirSync(folder, { recursive: true })
  const device = { kind: 'cpu' as const, gpu: null, threads: 1, precision: 'auto' as const }
  return { name, folder, argv: ['sh', '-c', line], device, memoryBytes: 2 ** 27, expectedMs: null, ...more }
}

/** Waits for a state of a job. */
async function until(slurm: JobStarter, handle: string, state: JobState['state'], patienceMs = 60_000): Promise<JobState> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const found = (await slurm.states([handle])).get(handle)!
    if (found.state === state) return found
    if (found.state === 'ended' || performance.now() > deadline) throw new Error(`job ${handle} is ${JSON.stringify(found)}, not ${state}`)
    await sleep(100)
  }
}

it('a job runs in Slurm with what it asked for, and has ended after it', async () => {
  const slurm = starter({ partition: 'night', timeMinutes: 60 })
  const job = jobOf('echo "$SLURM_JOB_NAME $SLURM_CPUS_PER_TASK $PWD"')
  const handle = await slurm.start(job)
  expect(await until(slurm, handle, 'ended')).toEqual({ state: 'ended', cause: 'exited', words: null })
  expect(readFileSync(join(job.folder, 'scheduler.log'), 'utf8')).toContain(`${job.name} 1 ${job.folder}`)
})

it('a job whose start is asked for again, since the answer was lost, is in Slurm once', async () => {
  const slurm = starter()
  const job = jobOf('sleep 30')
  const handle = await slurm.start(job)
  expect(await slurm.start(job)).toBe(handle)
  await rm(join(job.folder, 'slurm-job')) // as when the login node went down before it was written
  expect(await slurm.start(job)).toBe(handle)
  expect(cluster.jobs().filter(({ name }) => name === job.name)).toHaveLength(1)
  await slurm.cancel([handle])
  expect(await until(slurm, handle, 'ended')).toMatchObject({ cause: 'cancelled' })
  await slurm.cancel([handle])
})

it('a job that waits says why in Slurm’s own words', async () => {
  const slurm = starter({ cpusPerTask: 2, extra: ['--nodelist=lab1', '--exclusive'] })
  const [first, second] = [await slurm.start(jobOf('sleep 60')), await slurm.start(jobOf('true'))]
  await until(slurm, first, 'running')
  await expect
    .poll(async () => (await slurm.states([second])).get(second), { timeout: 20_000 })
    .toMatchObject({
      state: 'pending',
      reason: expect.stringMatching(/^(?:Resources: waits|Priority: jobs)/) as string,
    })
  await slurm.cancel([first])
  await until(slurm, second, 'ended')
})

it('a job that Slurm tells of the end of its time saves what it has, and is out of time', async () => {
  const slurm = starter({ timeMinutes: 5 })
  const job = jobOf('trap "echo saved; exit 0" USR1; echo trains; while :; do sleep 0.1; done')
  const handle = await slurm.start(job)
  await until(slurm, handle, 'running')
  await expect.poll(() => readLog(job), { timeout: 20_000 }).toContain('trains')
  // What Slurm does itself half a minute before the end.
  cluster.run('scancel', '--batch', '--signal=USR1', handle.split('@')[0]!)
  expect(await until(slurm, handle, 'ended')).toMatchObject({ cause: 'time-limit' })
  expect(readLog(job)).toContain('saved')
})

it('a job that was requeued is over for its attempt, leaves the queue, and never begins again', async () => {
  const slurm = starter()
  const job = jobOf('echo begins >> begins; sleep 60')
  const handle = await slurm.start(job)
  await until(slurm, handle, 'running')
  await expect.poll(() => existsSync(join(job.folder, 'begins')), { timeout: 20_000 }).toBe(true)
  cluster.run('scontrol', 'requeue', handle.split('@')[0]!)
  await expect
    .poll(async () => (await slurm.states([handle])).get(handle), { timeout: 30_000 })
    .toMatchObject({ state: 'ended', cause: expect.stringMatching(/requeued|cancelled/) as string })
  await expect.poll(() => stateIn(handle), { timeout: 30_000 }).toMatch(/CANCELLED|COMPLETED/)
  expect(readFileSync(join(job.folder, 'begins'), 'utf8')).toBe('begins\n')
})

it('a job that more urgent ones displace is over for its attempt', async () => {
  const slurm = starter({ partition: 'night', extra: ['--nodelist=lab2', '--exclusive'] })
  const urgent = starter({ partition: 'urgent', extra: ['--nodelist=lab2', '--exclusive'] })
  const handle = await slurm.start(jobOf('sleep 60'))
  await until(slurm, handle, 'running')
  const other = await urgent.start(jobOf('sleep 1'))
  await expect
    .poll(async () => (await slurm.states([handle])).get(handle), { timeout: 40_000 })
    .toMatchObject({ state: 'ended', cause: expect.stringMatching(/requeued|preempted/) as string })
  await until(urgent, other, 'ended')
})

it('what Slurm refuses is told in words, and nothing is queued', async () => {
  const refused = async (settings: Partial<SlurmSettings>) => {
    const job = jobOf('true')
    const error = await starter(settings)
      .start(job)
      .catch((caught: unknown) => caught)
    expect(existsSync(join(job.folder, 'slurm-job'))).toBe(false)
    // Slurm may remember what it refused by the job's name.
    expect(
      await starter(settings)
        .start(job)
        .catch((caught: unknown) => caught),
    ).toEqual(error)
    return error
  }
  expect(await refused({ partition: 'gone' })).toMatchObject({ kind: 'scheduler', message: expect.stringContaining('"gone"') as string })
  expect(await refused({ gres: 'gpu:9' })).toMatchObject({ kind: 'scheduler', message: expect.stringContaining('its GPU') as string })
  expect(await refused({ extra: ['--constraint=avx9'] })).toMatchObject({ message: expect.stringContaining('Invalid feature') as string })
  // Slurm takes it and keeps it waiting.
  const brief = starter({ partition: 'brief', timeMinutes: 10 })
  const handle = await brief.start(jobOf('true'))
  await expect
    .poll(async () => (await brief.states([handle])).get(handle), { timeout: 20_000 })
    .toMatchObject({
      state: 'pending',
      reason: expect.stringMatching(/^PartitionTimeLimit: .*shorter time/) as string,
    })
  await brief.cancel([handle])
})

it('a controller of Slurm that was killed does not end its jobs, and is waited for', async () => {
  const slurm = starter()
  const handle = await slurm.start(jobOf('sleep 9'))
  await until(slurm, handle, 'running')
  const seenAt = Date.now()
  // The controller writes down what it knows every few seconds, later where the machine is busy.
  await expect.poll(() => statSync(join(cluster.folder, 'state', 'job_state')).mtimeMs, { timeout: 40_000 }).toBeGreaterThan(seenAt)
  await cluster.kill('slurmctld')
  await expect(slurm.states([handle])).rejects.toMatchObject({ kind: 'unreachable', passes: true })
  cluster.startController()
  await expect
    .poll(async () => (await slurm.states([handle]).catch(() => null))?.get(handle), { timeout: 40_000 })
    .toMatchObject({
      state: 'ended',
      cause: 'exited',
    })
})

it('many waiting jobs are looked at with one command', async () => {
  const slurm = starter({ extra: ['--begin=now+1hour'] })
  const handles: string[] = []
  for (let at = 0; at < 20; at++) handles.push(await slurm.start(jobOf('true')))
  const states = await slurm.states(handles)
  expect([...states.values()]).toEqual(handles.map(() => ({ state: 'pending', reason: expect.stringMatching(/^BeginTime/) as string })))
  await slurm.cancel(handles)
})

it('the partitions of a cluster are told with what they offer', async () => {
  expect(await starter().partitions()).toEqual([
    {
      name: 'night',
      words: 'default; up; 2 nodes of 2 CPUs, 7.8 GB; 1 node of 2 CPUs, 7.8 GB, gpu:1; at most 2-00:00:00',
      isDefault: true,
      limitMinutes: 2880,
    },
    {
      name: 'urgent',
      words: 'up; 2 nodes of 2 CPUs, 7.8 GB; 1 node of 2 CPUs, 7.8 GB, gpu:1; no limit of time',
      isDefault: false,
      limitMinutes: null,
    },
    { name: 'brief', words: 'up; 1 node of 2 CPUs, 7.8 GB; at most 00:02:00', isDefault: false, limitMinutes: 2 },
  ])
  await expect(starter({ partition: 'gone' }).partitions()).rejects.toThrow(
    'Slurm has no partition "gone" there; it has night, urgent, brief.',
  )
})

function readLog(job: ReadyJob): string {
  const file = join(job.folder, 'scheduler.log')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function stateIn(handle: string): string | undefined {
  return cluster.jobs().find(({ number }) => number === handle.split('@')[0])?.state
}
