/**
 * Trains one run: momentum SGD over shuffled and augmented batches; after each epoch an evaluation, layer statistics and a checkpoint.
 *
 * Claim: a run that was stopped or killed or whose newest checkpoint is damaged, and that is then resumed, gives the numbers and the bytes
 * of the uninterrupted run (same kind of device, threads and precision). Evidence: test/integration/worker/train and worker-process
 * (stopped before a step and before each batch of an evaluation, damaged checkpoints), test/integration/engine/kills (killed at random).
 *
 * Claim: one step is the paper's: loss, gradients and update agree with a double-precision oracle and with PyTorch. Evidence:
 * test/integration/worker/{gradients,program,augmentation}, `npm run parity`; figures in docs/numbers.md.
 *
 * Read on in prepare.ts (compile, load, restore), epoch.ts (steps, evaluation, epoch end), then position.ts, divergence.ts.
 */
import type { CreateBackend } from '../../backend/backend.ts'
import { stuckAtChance } from './divergence.ts'
import { earlyEnd } from './early-end.ts'
import { runEpoch } from './epoch.ts'
import type { TrainingObserver, TrainingOutcome } from './observer.ts'
import { prepare, type TrainingInput, type TrainingRun } from './prepare.ts'

/**
 * Trains from the start or the newest valid checkpoint to the end, divergence or a stop.
 * @throws SkiplabError bad-input where the data set is damaged; DeviceUnavailable; Error of the backend
 */
export async function train(input: TrainingInput, observer: TrainingObserver, createBackend: CreateBackend): Promise<TrainingOutcome> {
  const run = await prepare(input, observer, createBackend)
  try {
    return await trainToItsEnd(run)
  } finally {
    await run.close()
  }
}

async function trainToItsEnd(run: TrainingRun): Promise<TrainingOutcome> {
  // Also before the first step: the attempt before may have ended between its last checkpoint and its last report.
  let outcome = outcomeBetweenEpochs(run)
  while (outcome === null) outcome = (await runEpoch(run)) ?? outcomeBetweenEpochs(run) ?? (await stopBetweenEpochs(run))
  return outcome
}

/** Ends a run that has diverged at chance level, taken all its steps or met what ends it early. */
function outcomeBetweenEpochs({ position, settings, totalSteps }: TrainingRun): TrainingOutcome | null {
  const reason = stuckAtChance(position, settings.recipe, settings.network.classes)
  if (reason !== null) return { kind: 'diverged', step: position.step, reason }
  // After the last step its epoch may still have to be evaluated.
  if (position.epochSteps > 0) return null
  const early = position.step < totalSteps ? earlyEnd(position, settings.recipe) : null
  return early !== null || position.step >= totalSteps ? { kind: 'finished', step: position.step, reason: early } : null
}

/** Ends the run where it was asked to stop at once or after the epoch, whose checkpoint is written. */
async function stopBetweenEpochs({ position, observer, stepTime }: TrainingRun): Promise<TrainingOutcome | null> {
  const request = await observer.checkMessages(position.step, stepTime.expectedMs)
  return request === 'none' ? null : { kind: 'stopped', step: position.step, epochElapsedMs: position.epochElapsedMs }
}
