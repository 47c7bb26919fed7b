import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Lab, smallSweep } from '../../support/lab.ts'
import { SshMachine, sshMissing } from '../../support/ssh-machine.ts'

describe.skipIf(sshMissing !== null)(`runs on another machine by SSH${sshMissing ? ` (left out: ${sshMissing})` : ''}`, () => {
  let machine: SshMachine
  let lab: Lab

  beforeAll(async () => {
    machine = await SshMachine.start()
    lab = await Lab.open()
  }, 60_000)
  afterAll(async () => {
    await lab.close()
    await machine.stop()
  })

  it(
    'a run at a place by SSH ends with the checkpoints and metrics of a run on this machine, byte for byte',
    { timeout: 180_000 },
    async () => {
      const client = await lab.client()
      const added = await client.call('places.add', { name: 'lab2', ssh: 'lab2', sshConfig: machine.config, slots: 1, threads: 1 })
      expect(added).toMatchObject({ state: 'ready', trouble: null, slots: 1 })
      const sweep = { ...smallSweep, families: ['plain' as const] }
      const { runIds: here } = await client.call('sweeps.queue', { sweep, again: true, place: 'here' })
      const { runIds: there } = await client.call('sweeps.queue', { sweep, again: true, place: 'lab2' })
      const runs = await lab.untilOver()
      const [local, remote] = [runs.find(({ id }) => id === here[0])!, runs.find(({ id }) => id === there[0])!]
      expect({ local: local.reason, remote: remote.reason, state: remote.state }).toEqual({ local: null, remote: null, state: 'finished' })
      expect(remote.trainedAt).toBe('lab2')
      expect(remote.lastEpoch?.results).toEqual(local.lastEpoch?.results)
      const last = `step-${String(remote.totalSteps).padStart(8, '0')}-epoch-${String(remote.totalEpochs).padStart(4, '0')}.safetensors`
      const checkpoint = (runId: number): Buffer => readFileSync(join(lab.workspace, 'checkpoints', String(runId), last))
      expect(checkpoint(remote.id).equals(checkpoint(local.id))).toBe(true)
    },
  )
})
