import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Lab } from '../../test/support/lab.ts'
import { giveRuntime } from '../../test/support/place-goods.ts'
import { SlurmCluster, whyNoSlurm } from '../../test/support/slurm-cluster.ts'
import type { Figure } from '../page/figures.ts'

const runs = 200
const measuredMs = 150_000
/** Of a second, as /proc tells them. */
const ticks = 100

/** Processor seconds of a process, and of its children that have ended. */
function cpuSeconds(pid: number): { readonly own: number; readonly children: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .map(Number)
  const [own, system, children, childrenSystem] = fields.slice(11, 15)
  return { own: (own! + system!) / ticks, children: (children! + childrenSystem!) / ticks }
}

/** Lets 200 runs wait in Slurm's queue behind jobs of others, and measures what the engine does meanwhile. */
export async function measureQueued(): Promise<readonly Figure[]> {
  const missing = whyNoSlurm()
  if (missing !== null) throw new Error(missing)
  const cluster = await SlurmCluster.start()
  const lab = await Lab.open({ env: cluster.env })
  try {
    for (let node = 0; node < 3; node++)
      cluster.run('sbatch', '--partition=night', '--exclusive', '--nodes=1', '--output=/dev/null', '--wrap=sleep 3600')
    const folder = join(cluster.folder, 'place')
    await giveRuntime(folder)
    const client = await lab.client()
    const slurm = { partition: 'night', timeMinutes: 60, maxJobs: runs }
    await client.call('places.add', { name: 'cluster', slurm, folder })
    const from = performance.now()
    await client.call('sweeps.queue', { sweep: lab.sweep({ families: ['plain'], seeds: runs }), again: true, place: 'cluster' })
    const waiting = () => cluster.jobs().filter(({ name, state }) => name.startsWith('skiplab-') && state === 'PENDING').length
    while (waiting() < runs) await sleep(1_000)
    const queuedIn = (performance.now() - from) / 1000
    const submitting = cpuSeconds(lab.enginePid)
    await sleep(30_000) // their reasons come in
    const before = cpuSeconds(lab.enginePid)
    await sleep(measuredMs)
    const after = cpuSeconds(lab.enginePid)
    const share = (seconds: number): number => (100_000 * seconds) / measuredMs
    return [
      { what: `from queueing ${runs} runs to as many jobs in Slurm`, value: queuedIn, unit: 's', bar: null },
      { what: 'processor time of the engine until then', value: submitting.own, unit: 's', bar: null },
      { what: `engine while ${runs} runs wait in Slurm, of a core`, value: share(after.own - before.own), unit: '%', bar: 5 },
      { what: 'squeue and other commands of the engine, of a core', value: share(after.children - before.children), unit: '%', bar: null },
    ]
  } finally {
    await lab.close()
    await cluster.close()
  }
}
