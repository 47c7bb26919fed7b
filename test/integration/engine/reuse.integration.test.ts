import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sweepSchema } from '../../../src/common/sweep/sweep.ts'
import { openSweep } from '../../../src/main/cli/open-sweep.ts'
import { createOutput } from '../../../src/main/cli/output.ts'
import { Lab, smallSweep } from '../../support/lab.ts'

const finishesAtOnce = { learningRate: 0.1 }
const runsUntilStopped = { learningRate: 5 }

let lab: Lab
beforeEach(async () => {
  lab = await Lab.open({ scripted: true })
})
afterEach(() => lab.close())

/** The scripted worker plays one part for all runs of a sweep. */
function finish(runId: number): void {
  const db = new BetterSqlite3(join(lab.workspace, 'skiplab.db'))
  db.prepare("UPDATE runs SET state = 'finished' WHERE id = ?").run(runId)
  db.close()
}

describe('a run whose recipe leaves the precision to the engine', () => {
  it('a run whose recipe leaves the precision to the engine is reused only while the engine would train it in the same one', async () => {
    const client = await lab.client()
    const sweep = { ...smallSweep, set: finishesAtOnce }
    const reused = async (precision: 'fp32' | 'bf16') => {
      await client.call('engine.configure', { precision })
      return (await client.call('sweeps.plan', { sweep })).runs.map((run) => run.reusesRunId)
    }
    await client.call('engine.configure', { precision: 'bf16' })
    const first = await lab.queue({ set: finishesAtOnce })
    await lab.untilOver()
    expect(await reused('bf16')).toEqual(first)
    expect(await reused('fp32')).toEqual([null, null])
    const { runIds, reusedRunIds } = await client.call('sweeps.queue', { sweep })
    expect(reusedRunIds).toEqual([])
    await lab.untilOver()
    expect([await reused('fp32'), await reused('bf16')]).toEqual([runIds, first])
  })

  it('a run of automatic precision is not mixed with others when its sweep goes on in another precision', async () => {
    const client = await lab.client()
    const sweep = sweepSchema.parse({ ...smallSweep, families: ['plain'], seeds: 2, set: runsUntilStopped })
    await client.call('engine.configure', { precision: 'bf16' })
    const { sweepId, runIds } = await client.call('sweeps.queue', { sweep })
    await lab.until('two running runs', (runs) => runs.filter((run) => run.state === 'running').length === 2)
    await client.call('queue.pause', { selection: { sweepId } })
    await lab.until('two paused runs', (runs) => runs.every((run) => run.state === 'paused'))
    const open = async () => {
      const { interrupts, ...opened } = await openSweep(
        { workspace: lab.workspace, defaultWorkspace: false, output: createOutput(true) },
        client,
        sweep,
        {},
      )
      interrupts.drop()
      return opened.sweepId
    }
    expect(await open()).toBe(sweepId)
    await client.call('queue.pause', { selection: { sweepId } })
    await lab.until('two paused runs', (runs) => runs.every((run) => run.state === 'paused'))
    finish(runIds[0]!)
    expect(await open()).toBe(sweepId)
    await client.call('engine.configure', { precision: 'fp32' })
    expect(await open()).not.toBe(sweepId)
  })
})
