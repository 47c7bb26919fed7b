import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PlaceStatus } from '../../../src/common/places/place.ts'
import type { EngineClient } from '../../../src/common/rpc/contract.ts'
import { killNow, Lab, smallSweep } from '../../support/lab.ts'
import { SshMachine, sshMissing } from '../../support/ssh-machine.ts'

const sweep = { ...smallSweep, families: ['plain' as const] }

describe('runs on another machine by SSH', () => {
  let machine: SshMachine
  let lab: Lab
  /** Numbers of an undisturbed run on this machine. */
  let expected: unknown

  const queueAt = async (client: EngineClient, place: string): Promise<number> =>
    (await client.call('sweeps.queue', { sweep, again: true, place })).runIds[0]!
  const placeOf = async (client: EngineClient): Promise<PlaceStatus | undefined> => (await client.call('places.list', {}))[0]
  const untilEpoch = (runId: number, epoch: number) =>
    lab.until(`epoch ${epoch} of run ${runId}`, (runs) => (runs.find(({ id }) => id === runId)?.lastEpoch?.epoch ?? 0) >= epoch)

  /** How much of an attempt's reports is stored; 0 before the first. */
  const offsetOf = (runId: number, attempt: number): number =>
    lab.query<{ offset: number }>(`SELECT job_offset AS offset FROM leases WHERE run_id = ${runId} AND attempt = ${attempt}`)[0]?.offset ??
    0

  beforeAll(async () => {
    if (sshMissing !== null) return
    machine = await SshMachine.start()
    lab = await Lab.open()
    const client = await lab.client()
    const added = await client.call('places.add', { name: 'lab2', ssh: 'lab2', sshConfig: machine.config, slots: 1, threads: 1 })
    expect(added).toMatchObject({ state: 'ready', trouble: null, slots: 1 })
    const runId = await queueAt(client, 'here')
    await lab.untilOver()
    expected = lab.numbers(runId)
  }, 120_000)
  afterAll(async () => {
    if (sshMissing !== null) return
    await lab.close()
    await machine.stop()
  }, 60_000)

  it('a new place by SSH is sent all that it lacks, and its run has the usual numbers', { timeout: 180_000 }, async (context) => {
    if (sshMissing !== null) context.skip(sshMissing)
    const client = await lab.client()
    const runId = await queueAt(client, 'lab2')
    const run = (await lab.untilOver()).find(({ id }) => id === runId)
    expect(run).toMatchObject({ state: 'finished', reason: null, trainedAt: 'lab2', attempt: 1 })
    expect(lab.numbers(runId)).toEqual(expected)
    const place = await placeOf(client)
    expect(place?.sentBytes).toBeGreaterThan(500_000_000)
    expect(place?.fetchedBytes).toBeGreaterThan(1_000)
    expect(await lab.problems()).toEqual([])
  })

  it(
    'a second run is sent no programs and no data; though its worker, connection and engine are killed it has the same numbers',
    { timeout: 180_000 },
    async (context) => {
      if (sshMissing !== null) context.skip(sshMissing)
      const before = (await placeOf(await lab.client()))!.sentBytes
      const runId = await queueAt(await lab.client(), 'lab2')
      await untilEpoch(runId, 1)
      machine.processes('worker.cjs').forEach((pid) => killNow(pid))
      await lab.until('reports of the next attempt', () => offsetOf(runId, 2) > 0)
      await machine.cut()
      killNow(lab.enginePid)
      // As when it ends between fetching a checkpoint and writing that down.
      writeFileSync(join(lab.workspace, 'checkpoints', String(runId), 'step-00000001-epoch-0000.safetensors'), 'fetched')
      await machine.serve()
      const run = (await lab.untilOver()).find(({ id }) => id === runId)
      expect(run).toMatchObject({ state: 'finished', trainedAt: 'lab2', attempt: 2 })
      expect(lab.numbers(runId)).toEqual(expected)
      expect(await lab.problems()).toEqual([])
      expect(machine.processes('worker.cjs')).toEqual([])
      // A checkpoint to go on from is all.
      expect((await placeOf(await lab.client()))!.sentBytes - before).toBeLessThan(1_000_000)
    },
  )

  it('a place whose host key changed is away and says what to do', { timeout: 60_000 }, async (context) => {
    if (sshMissing !== null) context.skip(sshMissing)
    const client = await lab.client()
    const other = await SshMachine.start()
    try {
      await other.takeHostKeyOf(machine)
      const status = await client.call('places.add', { name: 'changed', ssh: 'lab2', sshConfig: other.config })
      expect(status.state).toBe('away')
      expect(status.trouble).toMatchObject({ kind: 'host-key', words: expect.stringContaining('has changed') as string })
      await client.call('places.remove', { name: 'changed' })
    } finally {
      await other.stop()
    }
  })
})
