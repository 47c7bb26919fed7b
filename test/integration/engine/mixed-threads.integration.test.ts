import { availableParallelism } from 'node:os'
import { expect, it } from 'vitest'
import { mixedArithmeticText } from '../../../src/common/records/arithmetic.ts'
import { Lab, smallSweep } from '../../support/lab.ts'

it.runIf(availableParallelism() > 1)(
  'a run that was begun on several threads and goes on with one says so in its events and its summary, once',
  async () => {
    // One slot has all cores; a run goes on with as many threads as it had, unless there are fewer now.
    const lab = await Lab.open({ env: { SKIPLAB_CPU_SLOTS: '1' } })
    try {
      const client = await lab.client()
      const begun = new Promise<void>((resolve) => client.on('run.epoch', () => resolve()))
      const [runId = 0] = await lab.queue({ families: ['plain'], set: { ...smallSweep.set, epochs: 300 } })
      await begun
      const pausedOnce = async () => {
        await client.call('queue.pause', { selection: { runIds: [runId] }, when: 'now' })
        await lab.until('a pause', ([run]) => run?.state === 'paused')
      }
      const goOn = async () => {
        await client.call('queue.resume', { selection: { runIds: [runId] } })
        await lab.until('going on', ([run]) => run?.state === 'running' && (run.arithmetic?.length ?? 1) > 0)
      }
      await pausedOnce()
      expect((await lab.runs())[0]?.arithmetic, 'one kind of arithmetic is nothing to speak of').toBeUndefined()
      await client.call('engine.configure', { threads: 1 })
      await goOn()
      const [run] = await lab.until('its mark', ([first]) => first?.arithmetic !== undefined)
      const [before, after] = run!.arithmetic!.map(({ device }) => device.threads)
      expect(before).toBeGreaterThan(1)
      expect(after).toBe(1)
      const marks = async () => (await client.call('runs.events', { runId, limit: 100 })).filter(({ kind }) => kind === 'mixed-arithmetic')
      expect(await marks()).toMatchObject([{ level: 'warning', message: mixedArithmeticText(run!) }])

      await pausedOnce()
      await goOn()
      await lab.until(
        'a third part',
        () => lab.query<{ count: number }>('SELECT count(*) AS count FROM attempts WHERE device_id IS NOT NULL')[0]!.count === 3,
      )
      expect(await marks(), 'the same again is no news').toHaveLength(1)
      await client.call('queue.cancel', { selection: { runIds: [runId] } })
    } finally {
      await lab.close()
    }
  },
)
