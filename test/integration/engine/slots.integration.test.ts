import { availableParallelism } from 'node:os'
import { expect, it } from 'vitest'
import { Lab } from '../../support/lab.ts'

/** Learning rate by which the scripted worker is told to run until it is stopped; see the fixture. */
const runsUntilStopped = 5

it('Runs that are queued in quick succession never take more threads than there are cores', async () => {
  const lab = await Lab.open({ scripted: true })
  try {
    const client = await lab.client()
    const taken: number[] = []
    const look = (slots: readonly { runId: number | null; device: { threads: number } }[]) =>
      taken.push(slots.reduce((sum, slot) => sum + (slot.runId === null ? 0 : slot.device.threads), 0))
    client.on('engine.changed', (status) => look(status.slots))
    const families = ['plain' as const]
    await Promise.all([1, 2, 3].map((n) => lab.queue({ families, n: [n], set: { learningRate: runsUntilStopped } })))
    await lab.until('a running run', (runs) => runs.some((run) => run.state === 'running'))
    // A run in excess would start within this time: starting takes the engine a fraction of a second.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    look((await client.call('engine.status', {})).slots)
    expect(Math.max(...taken)).toBeGreaterThan(0)
    expect(Math.max(...taken)).toBeLessThanOrEqual(availableParallelism())
  } finally {
    await lab.close()
  }
})
