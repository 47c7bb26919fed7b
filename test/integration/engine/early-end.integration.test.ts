import { afterEach, beforeEach, expect, it } from 'vitest'
import { Lab } from '../../support/lab.ts'

let lab: Lab
beforeEach(async () => {
  lab = await Lab.open()
})
afterEach(async () => {
  await lab.close()
})

const set = { epochs: 300, batchSize: 32, validationSize: 64, stepLogInterval: 10, statisticsSize: 0, chanceEpochs: 0 }

it('a run that ends early as its recipe wants is finished, with the reason, its rates by epoch, and not trained again', async () => {
  const stopping = { ...set, schedule: 'plateau', milestones: [], plateauEpochs: 2, earlyStopEpochs: 5 }
  await lab.queue({ families: ['residual'], set: stopping })
  const [run] = await lab.untilOver()
  expect(run).toMatchObject({ state: 'finished', totalEpochs: 300 })
  const ended = run!.lastEpoch!.epoch
  expect(ended).toBeLessThan(300)
  expect(run!.reason).toBe(`ended early after epoch ${ended}: no lower error for 5 epochs`)
  const client = await lab.client()
  const rates = (await client.call('runs.epochs', { runId: run!.id })).map(({ learningRate }) => learningRate)
  expect(rates).toHaveLength(ended)
  expect(rates.at(-1)!, 'two drops at least').toBeLessThan(rates[0]! * 0.0101)
  expect(rates).toEqual(rates.toSorted((a, b) => b - a))
  const plan = await client.call('sweeps.plan', { sweep: lab.sweep({ families: ['residual'], set: stopping }) })
  expect(plan.runs.map(({ reusesRunId }) => reusesRunId)).toEqual([run!.id])
})

it('a run that was paused and goes on keeps what it counted towards its early end', async () => {
  const stopping = { ...set, schedule: 'plateau', milestones: [], plateauEpochs: 10, earlyStopEpochs: 30 }
  const [runId] = await lab.queue({ families: ['residual'], set: stopping })
  await lab.until('two epochs', (runs) => (runs[0]?.lastEpoch?.epoch ?? 0) >= 2)
  const client = await lab.client()
  await client.call('queue.pause', { selection: { runIds: [runId!] }, when: 'now' })
  await lab.until('the pause', (runs) => runs[0]?.state === 'paused')
  await client.call('queue.resume', { selection: { runIds: [runId!] } })
  const [run] = await lab.untilOver()
  expect(run!.attempt).toBe(2)
  const errors = (await client.call('runs.epochs', { runId: runId! })).map(({ results }) => results.validation!.topOneError)
  const lowest = errors.indexOf(Math.min(...errors))
  expect(errors, 'thirty epochs behind the lowest, over both attempts').toHaveLength(lowest + 1 + 30)
  expect(run).toMatchObject({ state: 'finished', reason: `ended early after epoch ${errors.length}: no lower error for 30 epochs` })
})

it('a run whose time limit has passed ends with its epoch and is finished', async () => {
  await lab.queue({ families: ['plain'], set: { ...set, timeLimitMinutes: 0.0001 } })
  const [run] = await lab.untilOver()
  expect(run).toMatchObject({
    state: 'finished',
    reason: 'ended early after epoch 1: its time limit of 0.0001 min is over',
    lastEpoch: { epoch: 1 },
  })
})
