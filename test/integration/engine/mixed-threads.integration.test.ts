import { expect, it } from 'vitest'
import { mixedArithmeticText } from '../../../src/common/records/arithmetic.ts'
import { connectEngine } from '../../../src/main/client/client.ts'
import { engineScript, Lab, smallSweep } from '../../support/lab.ts'

it('A run that was begun on two threads and goes on with one says so in its events and its summary', async () => {
  const lab = await Lab.open({ env: { SKIPLAB_CPU_SLOTS: '1' } })
  try {
    const wide = await connectEngine({ workspace: lab.workspace, engineScript, env: { SKIPLAB_CPU_SLOTS: '2', SKIPLAB_DEVICES: 'cpu' } })
    const underWay = new Promise<void>((resolve) => wide.on('run.epoch', () => resolve()))
    const gone = new Promise<void>((resolve) => wide.onClose(() => resolve()))
    await wide.call('sweeps.queue', { sweep: { ...smallSweep, families: ['plain'], set: { ...smallSweep.set, epochs: 60 } }, again: true })
    await underWay
    await wide.call('engine.stop', { mode: 'checkpoint' })
    await gone

    const [run] = await lab.until('its going on with one thread', ([first]) => first?.arithmetic !== undefined, 30_000)
    expect(run?.arithmetic?.map(({ device }) => device.threads)).toEqual([2, 1])
    const events = await (await lab.client()).call('runs.events', { runId: run!.id, limit: 100 })
    expect(events.filter(({ kind }) => kind === 'mixed-arithmetic')).toMatchObject([{ level: 'warning', message: mixedArithmeticText(run!) }])
  } finally {
    await lab.close()
  }
})
