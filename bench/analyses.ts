/**
 * `npm run bench:analyses [-- PART ...]`: how long analyses take, from the queue to their result, alone in an engine of their own with all
 * cores. The networks are trained for one short epoch: what they have learned changes nothing of the time.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SweepInput } from '../src/common/sweep/sweep.ts'
import type { CallInput } from '../src/common/rpc/contract.ts'
import { writeTinyDataset } from '../test/fixtures/tiny-dataset.ts'
import { Lab } from '../test/support/lab.ts'
import { partsArgument, readCommandLine } from './command-line.ts'
import { describeMachine, machineText } from './machine.ts'
import { type Figure, tell } from './page/figures.ts'

const testImages = 2000
const short = { epochs: 1, batchSize: 64, validationSize: 0, statisticsSize: 0 } as const
const training = { dataset: 'stripes', recipe: 'demo', seeds: 1, set: short } as const

type AnalysisInput = CallInput<'analyses.queue'>

/** Trains one network for an epoch. @returns its run */
async function train(lab: Lab, network: Pick<SweepInput, 'families' | 'n'>): Promise<number> {
  const client = await lab.client()
  const { runIds } = await client.call('sweeps.queue', { sweep: { ...training, name: 'analysed', ...network }, again: true })
  await lab.untilOver(600_000)
  return runIds[0]!
}

/** @returns seconds from its first step to its result, the start of its worker not counted */
async function analyse(lab: Lab, input: AnalysisInput): Promise<number> {
  const client = await lab.client()
  const { analysis } = await client.call('analyses.queue', { ...input, again: true })
  for (;;) {
    const { state, reason, startedAt, finishedAt } = (await client.call('analyses.get', { analysisId: analysis.id })).analysis
    if (state === 'finished') return (finishedAt! - startedAt!) / 1000
    if (state !== 'waiting' && state !== 'running') throw new Error(`The analysis ${input.kind} ended as ${state}: ${reason}`)
    await sleep(100)
  }
}

async function evaluate(lab: Lab, runId: number): Promise<number> {
  const queued = await lab.evaluate({ runIds: [runId], again: true })
  const isOver = (state: string) => state !== 'waiting' && state !== 'running'
  const [done] = await lab.untilEvaluations('the evaluation', (all) => all.every(({ state }) => isOver(state)), 600_000)
  const { startedAt, finishedAt } = done ?? queued[0]!
  return (finishedAt! - startedAt!) / 1000
}

const parts: Readonly<Record<string, (lab: Lab) => Promise<readonly Figure[]>>> = {
  /** Evaluation beside it: the same images, without looking at layers. */
  layers: async (lab) => {
    const runId = await train(lab, { families: ['residual'], n: [9] })
    const options = { images: testImages, gradients: false }
    const looked = await analyse(lab, { kind: 'layers', runIds: [runId], options })
    const whole = await analyse(lab, { kind: 'layers', runIds: [runId], options: { images: testImages } })
    const evaluated = await evaluate(lab, runId)
    return [
      { what: `evaluation of ResNet-56 over ${testImages} images`, value: evaluated, unit: 's', bar: null },
      { what: 'layers of the same, without gradients', value: looked, unit: 's', bar: null },
      { what: 'layers of the same, with gradients', value: whole, unit: 's', bar: null },
    ]
  },
  lesions: async (lab) => {
    const runId = await train(lab, { families: ['residual'], n: [18] })
    const seconds = await analyse(lab, { kind: 'lesions', runIds: [runId], options: { images: testImages } })
    return [{ what: `lesions of all 54 blocks of ResNet-110 over ${testImages} images`, value: seconds, unit: 's', bar: 180 }]
  },
  similarity: async (lab) => {
    const runId = await train(lab, { families: ['residual'], n: [9] })
    const seconds = await analyse(lab, { kind: 'similarity', runIds: [runId], options: { images: 1000 } })
    return [{ what: 'CKA of all layers of ResNet-56 over 1000 images', value: seconds, unit: 's', bar: 60 }]
  },
  /** A quarter of an hour and more. */
  surface: async (lab) => {
    const runId = await train(lab, { families: ['residual'], n: [9] })
    const seconds = await analyse(lab, { kind: 'loss-surface', runIds: [runId], options: { resolution: 51, images: 1000 } })
    return [{ what: 'loss surface of 51 x 51 points of ResNet-56 over 1000 images', value: seconds / 60, unit: 'min', bar: 30 }]
  },
}

const names = Object.keys(parts)
const about = 'How long analyses take.'
const { args } = readCommandLine('npm run bench:analyses --', about, (command) => command.addArgument(partsArgument(names)))
process.stdout.write(`${machineText(describeMachine())}\n`)
let failed = false
for (const name of names.filter((each) => args.length === 0 || args.includes(each))) {
  const lab = await Lab.open({ env: { SKIPLAB_CPU_SLOTS: '1' } })
  try {
    // In place of the lab's own, whose images are of 8 pixels.
    writeTinyDataset(join(lab.workspace, 'datasets', training.dataset), 256, testImages, 32)
    failed = tell(await parts[name]!(lab)) || failed
  } finally {
    await lab.close()
  }
}
process.exitCode = failed ? 1 : 0
