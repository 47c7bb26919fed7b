import { countConfusion } from '../../../../common/results/confusion.ts'
import type { SplitResult } from '../../../../common/results/metrics.ts'
import { warmUpGoesOn } from '../../../../common/training/schedule.ts'
import { learningRateAt } from '../../../../common/training/schedules/schedules.ts'
import { drawSurvivals } from '../../../../common/training/stochastic-depth.ts'
import { evaluate, type EvaluationResult } from '../evaluation.ts'
import { chanceLevel, divergenceOfStep } from './divergence.ts'
import type { Progress, TrainingOutcome } from './observer.ts'
import { addStep, closeEpoch, trainingResult } from './position.ts'
import type { TrainingRun } from './prepare.ts'

/** How a part of an epoch ended the run: asked to stop, or diverged; null when the run goes on. */
type EarlyEnd = 'stop' | Extract<TrainingOutcome, { kind: 'diverged' }> | null

/**
 * Trains what is left of the running epoch, evaluates, writes a checkpoint and reports the epoch.
 * @returns how the run ended within the epoch, or null
 */
export async function runEpoch(run: TrainingRun): Promise<TrainingOutcome | null> {
  const { position } = run
  const startedAt = performance.now() - position.epochElapsedMs
  const end = (await trainSteps(run)) ?? (await finishEpoch(run, startedAt))
  if (end !== 'stop') return end
  position.epochElapsedMs = performance.now() - startedAt
  // At an epoch's end its checkpoint is there: written anew it would be one within an epoch, without the error that it was chosen by.
  if (position.epochSteps > 0 || position.epoch === 0) saveCheckpoint(run, null)
  return { kind: 'stopped', step: position.step, epochElapsedMs: position.epochElapsedMs }
}

/** Takes the steps that are left of the running epoch. */
async function trainSteps(run: TrainingRun): Promise<EarlyEnd> {
  const { position, observer } = run
  const { recipe } = run.settings
  const stepsOfEpoch = Math.min(run.stepsPerEpoch, run.totalSteps - position.epoch * run.stepsPerEpoch)
  while (position.epochSteps < stepsOfEpoch) {
    if (await isAskedToStop(run)) return 'stop'
    // Before a step, not after it: until then the position tells the rate of the step before, also to whoever resumes here.
    position.warming &&= warmUpGoesOn(recipe, position.recentErrors)
    const learningRate = rateAfter(run, position.step)
    const batch = await run.batches.batch(position.epoch + 1, position.epochSteps)
    const survivals = drawSurvivals(run.survival, run.settings.seed, position.step)
    const stepStart = performance.now()
    const report = run.backend.step(batch, learningRate, survivals)
    run.stepTime.add(performance.now() - stepStart)
    addStep(position, report)

    const { step } = position
    const reason = divergenceOfStep(report, recipe.maximumLoss, step, learningRate)
    if (step % recipe.stepLogInterval === 0 || reason) {
      observer.step({ step, loss: finite(report.loss), gradientNorm: finite(report.gradientNorm), learningRate })
    }
    if (reason) return { kind: 'diverged', step, reason }
    observer.progress({ ...progressOf(run, 'training'), loss: finite(report.loss) })
  }
  return null
}

/** Evaluates after an epoch's last step and closes the epoch. A stop leaves the epoch open: whoever resumes evaluates again. */
async function finishEpoch(run: TrainingRun, startedAt: number): Promise<EarlyEnd> {
  const { position, settings, observer } = run
  const epoch = position.epoch + 1
  const learningRate = lastLearningRate(run)
  const train = trainingResult(position)
  const evaluated = await evaluateEpoch(run)
  if (!evaluated) return 'stop'
  const { validation } = evaluated
  const { layers, predictions, result: test } = evaluated.test
  if (![test.loss, validation?.loss ?? 0, ...layers.map(({ std }) => std)].every(Number.isFinite)) {
    return {
      kind: 'diverged',
      step: position.step,
      reason: `the test loss of epoch ${epoch} is not a number (learning rate ${learningRate})`,
    }
  }
  const images = position.epochSteps * settings.recipe.batchSize
  const wasAtChance = train.topOneError > chanceLevel(settings.network.classes)
  const { topOneError: error } = validation ?? test
  closeEpoch(position, settings.recipe, { wasAtChance, error, elapsedMs: performance.now() - startedAt })
  saveCheckpoint(run, error)
  const elapsedMs = performance.now() - startedAt
  const speed = { imagesPerSecond: (images * 1000) / elapsedMs, elapsedMs, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 }
  observer.epoch(
    {
      epoch,
      step: position.step,
      learningRate,
      results: { train, ...(validation && { validation }), test },
      ...speed,
      finishedAt: Date.now(),
    },
    layers.map((layer) => ({ epoch, ...layer })),
    countConfusion(run.testLabels, predictions, settings.network.classes),
    run.dataWait?.take() ?? null,
  )
  return null
}

/** Evaluates both sets. @returns null when it was asked to stop; no validation result without validation images */
async function evaluateEpoch(run: TrainingRun): Promise<{ validation: SplitResult | null; test: EvaluationResult } | null> {
  run.observer.progress(progressOf(run, 'evaluating'))
  const mayGoOn = async () => !(await isAskedToStop(run))
  const validated = await evaluate(run.backend, { images: run.validation, responseImages: 0 }, mayGoOn)
  if (!validated) return null
  const test = await evaluate(run.backend, { images: run.test, responseImages: run.settings.recipe.statisticsSize }, mayGoOn)
  return test && { validation: run.validation.count > 0 ? validated.result : null, test }
}

function saveCheckpoint(run: TrainingRun, error: number | null): void {
  run.observer.progress(progressOf(run, 'checkpointing'))
  run.checkpoints.save(run.position, error)
}

async function isAskedToStop({ observer, position, stepTime }: TrainingRun): Promise<boolean> {
  return (await observer.checkMessages(position.step, stepTime.expectedMs)) === 'stop'
}

function progressOf(run: TrainingRun, phase: Progress['phase']): Progress {
  const { position, stepTime, settings } = run
  const trainError = position.epochSteps > 0 ? trainingResult(position).topOneError : null
  const imagesPerSecond = stepTime.imagesPerSecond(settings.recipe.batchSize)
  return {
    epoch: position.epoch + 1,
    step: position.step,
    loss: null,
    trainError,
    learningRate: lastLearningRate(run),
    imagesPerSecond,
    phase,
  }
}

/** Gives the learning rate of the step that was taken last; before the first step, that of the first. */
function lastLearningRate(run: TrainingRun): number {
  return rateAfter(run, Math.max(0, run.position.step - 1))
}

function rateAfter({ position, settings, totalSteps: steps, stepsPerEpoch }: TrainingRun, stepsDone: number): number {
  const { warming, learningRateDrops: drops } = position
  return learningRateAt(settings.recipe, stepsDone, { steps, stepsPerEpoch }, { warming, drops })
}

/** Puts null in place of NaN and infinity, which JSON lacks. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
