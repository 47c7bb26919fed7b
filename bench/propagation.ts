/**
 * `npm run trials:propagation -- DATASET_FOLDER`: how often the verdict on a design before its training is right.
 *
 * Every design of propagation/designs.ts is looked at as Skiplab does (common/propagation/verdict.ts), then really trained for 150 steps
 * of 32 images at half of CIFAR-10's height and width. It has trained where the mean loss of the last 20 steps lies 0.1 nats or more
 * below that of guessing. Writes common/propagation/trials.ts, from which the program tells how often the rule was right, and
 * docs/propagation-trials.md; goes on where it was ended. `--set set` or `held-out` makes one half alone. About ten minutes on two cores.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { labelOf } from '../src/common/network/design.ts'
import { buildNetwork } from '../src/common/network/network.ts'
import { learnedNats, propagationTrials, type PropagationTrial, rowOf } from '../src/common/propagation/trials.ts'
import { signsOf } from '../src/common/propagation/verdict.ts'
import { resolveRecipe } from '../src/common/training/recipes.ts'
import { initialState } from '../src/main/worker/backend/initial-state.ts'
import { createBackend, createPropagationBackend } from '../src/main/worker/create-backend.ts'
import { propagate } from '../src/main/worker/jobs/propagation/propagate.ts'
import type { TrialImages } from '../src/main/worker/jobs/propagation/trial-images.ts'
import { cpuDevice, workerEnvironment } from '../src/main/worker/machine/environment.ts'
import { readCommandLine, severalOption } from './command-line.ts'
import { trialDesigns, trialSets, type TrialDesign, type TrialSet } from './propagation/designs.ts'
import { pooledImages } from './propagation/pooled-images.ts'
import { trialsDocument } from './propagation/table.ts'

const steps = 150
const judgedSteps = 20
const batchSize = 32

interface TrialOptions {
  readonly set: readonly string[]
  readonly again: boolean
}

const about = 'How often the look at signal and gradient before training was right.'
const { options, args } = readCommandLine<TrialOptions>('npm run trials:propagation --', about, (command) =>
  command
    .argument('<folder>', 'CIFAR-10 as Skiplab stores it, the folder with manifest.json')
    .addOption(severalOption('--set <set...>', 'designs', trialSets))
    .option('--again', 'also what the document has already', false),
)
const folder = args[0]! // commander has asked for it
const device = cpuDevice(1, 'fp32')
Object.assign(process.env, workerEnvironment(device))

/** Trains for real. @returns mean loss of the last steps; null where it was no number */
async function trainedLoss({ network: design, learningRate, seed }: TrialDesign, images: TrialImages): Promise<number | null> {
  const network = buildNetwork(design)
  const recipe = recipeOf(learningRate)
  const backend = createBackend({ network, recipe, precision: 'fp32', device, imageCount: null, evaluatedCount: 8 })
  try {
    backend.loadData(images.normalization)
    backend.setState(initialState(network, seed))
    let sum = 0
    for (let step = 0; step < steps; step++) {
      const batch = await images.read(step, batchSize)
      const { loss } = backend.step({ images: batch, augmentation: { crops: null, shifts: null } }, learningRate)
      if (!Number.isFinite(loss)) return null
      if (step >= steps - judgedSteps) sum += loss / judgedSteps
    }
    return sum
  } finally {
    backend.dispose()
  }
}

function recipeOf(learningRate: number) {
  return resolveRecipe('paper-cifar10', { batchSize, learningRate, cropPadding: 0, flip: false, precision: 'fp32' })
}

async function trial(set: TrialSet, of: TrialDesign, imagesOf: (seed: number) => TrialImages): Promise<PropagationTrial> {
  const { network, learningRate, seed } = of
  const images = imagesOf(seed)
  const recipe = recipeOf(learningRate)
  const report = await propagate({ network, recipe, seed, steps: 10, device }, images, { createBackend, createPropagationBackend })
  const loss = await trainedLoss(of, images)
  return {
    heldOut: set === 'held-out',
    network: labelOf(network),
    learningRate,
    seed,
    signs: signsOf(report),
    loss,
    trained: loss !== null && loss <= Math.log(network.classes) - learnedNats,
  }
}

const imagesOf = await pooledImages(folder)
const isSame = (one: PropagationTrial, other: PropagationTrial | TrialDesign) =>
  one.seed === other.seed && one.learningRate === other.learningRate && one.network === nameOf(other)
const all = options.again ? [] : [...propagationTrials]
for (const set of trialSets.filter((each) => options.set.includes(each))) {
  for (const design of trialDesigns(set)) {
    if (all.some((one) => isSame(one, design))) continue
    const startedAt = performance.now()
    const one = await trial(set, design, imagesOf)
    all.push(one)
    process.stderr.write(`${JSON.stringify(one)} ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`)
    writeTrials(all)
  }
}

writeFileSync(join(import.meta.dirname, '..', 'docs', 'propagation-trials.md'), trialsDocument(all))

function nameOf({ network }: PropagationTrial | TrialDesign): string {
  return typeof network === 'string' ? network : labelOf(network)
}

/** After each trial, so that a run that was ended goes on there. */
function writeTrials(trials: readonly PropagationTrial[]): void {
  const file = join(import.meta.dirname, '..', 'src', 'common', 'propagation', 'trials.ts')
  const kept = readFileSync(file, 'utf8')
  const [start, end] = [kept.indexOf('const rows:'), kept.indexOf('export const propagationTrials')]
  const rows = trials.toSorted((a, b) => a.seed - b.seed).map((one) => `  ${JSON.stringify(rowOf(one))},\n`)
  writeFileSync(file, `${kept.slice(0, start)}const rows: readonly TrialRow[] = [\n${rows.join('')}]\n\n${kept.slice(end)}`)
}
