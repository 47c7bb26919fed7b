import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PlaceStatus } from '../../../src/common/places/place.ts'
import type { RunEvent } from '../../../src/common/records/records.ts'
import { Lab, smallSweep } from '../../support/lab.ts'
import { giveRuntime } from '../../support/place-goods.ts'
import { SshMachine, sshMissing } from '../../support/ssh-machine.ts'

describe('a place that is out of reach', () => {
  let machine: SshMachine
  let lab: Lab
  const placeOf = async (): Promise<PlaceStatus> => (await (await lab.client()).call('places.list', {}))[0]!
  const events = async (): Promise<RunEvent[]> => (await lab.client()).call('runs.events', { limit: 500 })

  beforeAll(async () => {
    if (sshMissing !== null) return
    machine = await SshMachine.start()
    await giveRuntime(join(machine.home, '.cache', 'skiplab-place'))
    lab = await Lab.open()
    const client = await lab.client()
    const settings = { name: 'lab2', ssh: 'lab2', sshConfig: machine.config, slots: 1, threads: 1, fetchMinutes: 0, lostHours: 1e-4 }
    expect(await client.call('places.add', settings)).toMatchObject({ state: 'ready' })
  }, 120_000)
  afterAll(async () => {
    if (sshMissing !== null) return
    await lab.close()
    await machine.stop()
  }, 60_000)

  it(
    'runs of a place that stays out of reach are asked about, and given up they end elsewhere with the same numbers',
    { timeout: 300_000 },
    async (context) => {
      if (sshMissing !== null) context.skip(sshMissing)
      const client = await lab.client()
      const sweep = { ...smallSweep, families: ['plain' as const] }
      const [undisturbed] = (await client.call('sweeps.queue', { sweep, again: true, place: 'here' })).runIds
      await lab.untilOver()
      const [runId] = (await client.call('sweeps.queue', { sweep, again: true, place: 'lab2' })).runIds
      const isAt = (attempt: number) =>
        lab.until(`attempt ${attempt}`, (runs) => runs.some((run) => run.id === runId && run.attempt === attempt))
      await isAt(1)
      await lab.until('a checkpoint', (runs) => runs.some((run) => run.id === runId && run.checkpointStep !== undefined))
      // Its worker goes on there, but so slowly that it is not over before it is given up.
      for (const pid of machine.processes('worker.cjs')) process.kill(pid, 'SIGSTOP')
      await machine.cut()
      await expect.poll(async () => (await placeOf()).overdue, { timeout: 60_000 }).toBe(true)
      const [lost] = (await lab.runs()).filter(({ id }) => id === runId)
      expect(lost).toMatchObject({ state: 'running', reason: expect.stringContaining('The run goes on at lab2') as string })
      await expect.poll(async () => (await events()).filter(({ kind }) => kind === 'place-overdue'), { timeout: 60_000 }).toHaveLength(1)

      await expect(client.call('places.giveUp', { name: 'lab2', to: 'lab2' })).rejects.toThrow('name another place')
      expect(await client.call('places.giveUp', { name: 'lab2' })).toEqual({ runIds: [runId] })
      await isAt(2)
      const run = (await lab.untilOver()).find(({ id }) => id === runId)
      expect(run).toMatchObject({ state: 'finished', attempt: 2 })
      expect(run?.trainedAt).toBeUndefined()
      expect(run?.traffic?.sentBytes).toBeGreaterThan(1_000)
      expect(run?.traffic?.fetchedBytes).toBeGreaterThan(1_000)
      expect(lab.numbers(runId!)).toEqual(lab.numbers(undisturbed!))

      await machine.serve()
      for (const pid of machine.processes('worker.cjs')) process.kill(pid, 'SIGCONT')
      await client.call('places.check', { name: 'lab2' })
      await expect.poll(() => machine.processes('worker.cjs'), { timeout: 60_000 }).toEqual([])
      expect(await placeOf()).toMatchObject({ state: 'ready', lostSince: null, overdue: false, runIds: [] })
      expect(await lab.problems()).toEqual([])
    },
  )
})
