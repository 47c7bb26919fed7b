import type { DatasetManifest, PlannedSplits } from '../data/dataset.ts'
import { inputShapeOf } from '../data/streaming.ts'
import type { GridPoint } from '../network/architectures/architecture.ts'
import { designAt } from '../network/design.ts'
import { SkiplabError } from '../failure.ts'
import { recipeForDepth, resolveRecipe } from '../training/recipes.ts'
import type { Recipe } from '../training/recipe.ts'
import { canonicalSettings, type InitialWeights, type RunSettings } from '../training/run-settings.ts'
import type { Sweep } from './sweep.ts'

/** What a sweep needs to know of its data set: a manifest fits. */
export interface SweepDataset {
  readonly name: string
  readonly checksum: string
  readonly classes: readonly string[]
  readonly image: DatasetManifest['image']
  readonly splits: Pick<PlannedSplits, 'train' | 'validation'>
}

/** More runs than this in one sweep are taken for a slip of the hand. */
const maximumSweepRuns = 20_000

/**
 * The runs of a sweep: seed by seed, from shallow to deep, families side by side, so that comparisons are whole early.
 * Settings that come out equal (a plain net under several shortcut options) appear once.
 * @param initialWeights what the sweep's `initialWeights` stand for
 * @throws SkiplabError bad-input
 */
export function expandSweep(sweep: Sweep, dataset: SweepDataset, initialWeights: InitialWeights | null = null): RunSettings[] {
  const rates = sweep.learningRates ?? []
  const recipes =
    rates.length > 0 ? rates.map((learningRate) => recipeAt(dataset, sweep, { learningRate })) : [recipeAt(dataset, sweep, {})]
  const recipe = recipes[0]!.recipe
  const inputShape = inputShapeOf(dataset, recipe)
  const { count } = dataset.splits.train
  if (recipe.validationSize >= count) {
    throw new SkiplabError(
      'bad-input',
      `The recipe holds out ${recipe.validationSize} training images for validation, but ${dataset.name} has ${count}. Hold ` +
        `out fewer, for example ${Math.floor(count / 10)} (on the command line: --set ` +
        `validationSize=${Math.floor(count / 10)}).`,
    )
  }
  if (recipe.batchSize > count - recipe.validationSize) {
    throw new SkiplabError(
      'bad-input',
      `A batch of ${recipe.batchSize} images is more than the ${count - recipe.validationSize} training images of ` +
        `${dataset.name}. Take fewer (on the command line: --set batchSize=${Math.min(32, count - recipe.validationSize)}).`,
    )
  }
  const seeds = typeof sweep.seeds === 'number' ? Array.from({ length: sweep.seeds }, (_, index) => index + 1) : sweep.seeds
  const size = seeds.length * sweep.depths.length * sweep.widths.length * sweep.families.length * sweep.shortcuts.length * recipes.length
  if (size > maximumSweepRuns)
    throw new SkiplabError('bad-input', `This sweep is a grid of ${size} runs; the most in one sweep is ${maximumSweepRuns}.`)

  const runs = new Map<string, RunSettings>()
  for (const seed of seeds) {
    for (const depth of [...sweep.depths].sort((a, b) => a - b)) {
      for (const widths of sweep.widths) {
        for (const family of sweep.families) {
          for (const shortcut of sweep.shortcuts) {
            if (leavesOut(sweep, { family, depth, shortcut, widths })) continue
            const network = designAt(sweep.architecture, {
              family,
              depth,
              shortcut,
              widths,
              settings: sweep.network,
              inputShape,
              classes: dataset.classes.length,
            })
            for (const each of recipes) {
              const settings: RunSettings = {
                network,
                dataset: { name: dataset.name, checksum: dataset.checksum },
                recipe: recipeForDepth(each.recipe, depth, each.set),
                seed,
                ...(initialWeights && { initialWeights }),
              }
              const key = canonicalSettings(settings)
              if (!runs.has(key)) runs.set(key, settings)
            }
          }
        }
      }
    }
  }
  return [...runs.values()]
}

/** The sweep's recipe with one more change, and what was set in all. */
function recipeAt(
  dataset: SweepDataset,
  { recipe, set }: Pick<Sweep, 'recipe' | 'set'>,
  change: Sweep['set'],
): { recipe: Recipe; set: Sweep['set'] } {
  const changed = { ...set, ...change }
  return { recipe: recipeOver(dataset, { recipe, set: changed }), set: changed }
}

/** The sweep's recipe; a data set's own validation split takes the place of images held out, so that none are. */
function recipeOver({ name, splits: { validation } }: SweepDataset, { recipe, set }: Pick<Sweep, 'recipe' | 'set'>): Recipe {
  const resolved = resolveRecipe(recipe, set)
  if (!validation) return resolved
  if (set.validationSize !== undefined && resolved.validationSize > 0) {
    throw new SkiplabError(
      'bad-input',
      `${name} has a validation split of its own (${validation.count} images), so none are held out of its training images; ` +
        `got validationSize ${resolved.validationSize}. Leave it out.`,
    )
  }
  return { ...resolved, validationSize: 0 }
}

/** Whether a cell of the grid is struck out. */
export function leavesOut(
  sweep: Pick<Sweep, 'exclude'>,
  run: Pick<GridPoint, 'family' | 'depth' | 'shortcut'> & { readonly widths: readonly number[] },
): boolean {
  return (sweep.exclude ?? []).some(
    (cell) =>
      cell.family === run.family &&
      cell.depth === run.depth &&
      (cell.shortcut === undefined || cell.shortcut === run.shortcut) &&
      (cell.widths === undefined || cell.widths.join() === run.widths.join()),
  )
}
