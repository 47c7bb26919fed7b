import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { TrainingPosition } from '../../../../../src/main/worker/checkpoint/checkpoint.ts'
import { firstPosition } from '../../../../../src/main/worker/jobs/train/position.ts'
import { RunCheckpoints } from '../../../../../src/main/worker/jobs/train/run-checkpoints.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

const stepsPerEpoch = 10
const totalSteps = 75
const at = (step: number, epoch: number): TrainingPosition => ({ ...firstPosition({ warmupLearningRate: null }, 'mine'), step, epoch })

function checkpointsIn(folder: string, keepCheckpointEvery: number, known: readonly string[] = []): RunCheckpoints {
  return new RunCheckpoints({
    folder,
    known,
    settingsHash: 'mine',
    recipe: { keepCheckpointEvery },
    stepsPerEpoch,
    totalSteps,
    backend: { state: () => new Map([['w', Float32Array.of(1)]]), setState: () => undefined, stateShapes: () => new Map([['w', [1]]]) },
    observer: { checkpoint: () => undefined, checkpointRejected: () => undefined },
  })
}

const epochsIn = (folder: string): string[] =>
  readdirSync(folder)
    .sort()
    .map((file) => file.slice('step-'.length, -'.safetensors'.length))

/** Trains from an epoch to another, with errors that rise, so that the first checkpoint is the best. */
function saveEpochs(checkpoints: RunCheckpoints, from: number, to: number): void {
  let best: TrainingPosition['best'] = null
  for (let epoch = from; epoch <= to; epoch++) {
    const position: TrainingPosition = { ...at(Math.min(epoch * stepsPerEpoch, totalSteps), epoch), best }
    checkpoints.save(position, epoch / 100)
    best = position.best
  }
}

it('a run keeps every k-th epoch’s checkpoint beside the best and the two newest, the last and shorter epoch’s too', async () => {
  const folder = await temporaryFolder()
  saveEpochs(checkpointsIn(folder, 3), 1, 7)
  expect(epochsIn(folder)).toEqual(
    [1, 3, 6, 7].map((epoch) => `0000${String(Math.min(epoch * 10, 75)).padStart(4, '0')}-epoch-000${epoch}`),
  )
})

it('a run that keeps none for good has the best and the two newest alone', async () => {
  const folder = await temporaryFolder()
  saveEpochs(checkpointsIn(folder, 0), 1, 6)
  expect(epochsIn(folder)).toEqual(['00000010-epoch-0001', '00000050-epoch-0005', '00000060-epoch-0006'])
})

it('a resumed run still keeps what its earlier attempt kept for good, and lets a checkpoint within an epoch go', async () => {
  const folder = await temporaryFolder()
  const first = checkpointsIn(folder, 2)
  saveEpochs(first, 1, 2)
  first.save(at(23, 2), null)
  const known = readdirSync(folder).sort().reverse()
  const second = checkpointsIn(folder, 2, known)
  expect(second.restore()).toMatchObject({ step: 23, epoch: 2 })
  saveEpochs(second, 3, 5)
  expect(epochsIn(folder)).toEqual(['00000020-epoch-0002', '00000030-epoch-0003', '00000040-epoch-0004', '00000050-epoch-0005'])
})
