import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineClient } from '../../src/common/rpc/contract.ts'
import type { Traffic } from '../../src/main/places/place.ts'
import { Lab } from '../../test/support/lab.ts'
import { SshMachine, sshMissing } from '../../test/support/ssh-machine.ts'
import { quantile } from '../page/browser.ts'
import type { Figure } from '../page/figures.ts'

const repeats = 3
/** Long enough for its epochs to be followed. */
const followedEpochs = 60

/** Queues a run and waits until it is over. @returns seconds from the call that queues it to its first logged step */
async function startRun(lab: Lab, place: string, epochs: number): Promise<number> {
  const client = await lab.client()
  const from = performance.now()
  const sweep = { ...lab.sweep({ families: ['residual'] }) }
  const queued = await client.call('sweeps.queue', { sweep: { ...sweep, set: { ...sweep.set, epochs } }, again: true, place })
  const runId = queued.runIds[0]!
  const trains = () => lab.query(`SELECT 1 FROM step_samples WHERE run_id = ${runId} LIMIT 1`).length > 0
  while (!trains()) await sleep(20)
  const seconds = (performance.now() - from) / 1000
  await lab.untilOver(600_000)
  return seconds
}

/** Times from the end of an epoch in a worker to this process, in milliseconds, while one run trains. */
async function lateness(lab: Lab, client: EngineClient, place: string): Promise<number[]> {
  const late: number[] = []
  client.on('run.epoch', ({ epoch: { finishedAt } }) => late.push(Date.now() - finishedAt))
  await startRun(lab, place, followedEpochs)
  return late
}

async function several(lab: Lab, place: string): Promise<number[]> {
  const seconds: number[] = []
  for (let repeat = 0; repeat < repeats; repeat++) seconds.push(await startRun(lab, place, 4))
  return seconds
}

async function endEngine(lab: Lab): Promise<void> {
  const client = await lab.client()
  await client.call('engine.stop', { mode: 'now' })
  client.close()
  await sleep(1_000)
}

/** Bytes sent to the place and fetched from there until now. */
async function traffic(lab: Lab): Promise<Traffic> {
  const [place] = await (await lab.client()).call('places.list', {})
  if (!place) throw new Error('no place')
  return place
}

const wireFigures = (what: string, before: Traffic, after: Traffic): Figure[] => [
  { what: `${what}: sent`, value: (after.sentBytes - before.sentBytes) / 1000, unit: 'kB', bar: null },
  { what: `${what}: fetched`, value: (after.fetchedBytes - before.fetchedBytes) / 1000, unit: 'kB', bar: null },
]

/** Measures runs at a new machine by SSH beside those of this machine. */
export async function measureFirstRuns(): Promise<readonly Figure[]> {
  if (sshMissing !== null) throw new Error(sshMissing)
  const machine = await SshMachine.start()
  const lab = await Lab.open()
  try {
    await (await lab.client()).call('engine.status', {})
    const from = performance.now()
    await (await lab.client()).call('places.add', { name: 'lab2', ssh: 'lab2', sshConfig: machine.config, slots: 1, threads: 1 })
    const added = (performance.now() - from) / 1000
    const first = await startRun(lab, 'lab2', 4)
    const afterFirst = await traffic(lab)
    const here = await several(lab, 'here')
    const there = await several(lab, 'lab2')
    await endEngine(lab)
    const hereAnew = await startRun(lab, 'here', 4)
    await endEngine(lab)
    const before = await traffic(lab)
    const thereAnew = await startRun(lab, 'lab2', 4)
    const after = await traffic(lab)
    const client = await lab.client()
    const late = await lateness(lab, client, 'lab2')
    const median = (values: readonly number[]): number => quantile(values, 0.5)
    return [
      { what: 'a new place by SSH: from adding it to the first logged step', value: added + first, unit: 's', bar: 180 },
      { what: `a later run on this machine, median of ${repeats}`, value: median(here), unit: 's', bar: null },
      { what: `a later run at the place, more than that, median of ${repeats}`, value: median(there) - median(here), unit: 's', bar: 5 },
      { what: 'the first run of a new engine on this machine', value: hereAnew, unit: 's', bar: null },
      { what: 'the first run of a new engine at the place, more than that', value: thereAnew - hereAnew, unit: 's', bar: 5 },
      { what: `lateness of reports, median of ${late.length} epochs`, value: median(late), unit: 'ms', bar: null },
      ...wireFigures('the first run of a new place', { sentBytes: 0, fetchedBytes: 0 }, afterFirst),
      ...wireFigures('a later run of four epochs', before, after),
      { what: `lateness of reports, slowest of ${late.length} epochs`, value: quantile(late, 1), unit: 'ms', bar: 2_000 },
    ]
  } finally {
    await lab.close()
    await machine.stop()
  }
}
