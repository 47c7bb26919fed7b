import type { Recipe } from './recipe.ts'
import { isRecipeField, recipeLength, recipeWords, settingText, type RecipeFieldName, type RecipeValue } from './recipe-words.ts'

/** Fields that change what is recorded, not what is learned, or that sources leave open; the size of images is told as the network's. */
const unspoken: ReadonlySet<string> = new Set<keyof Recipe>([
  'name',
  'stepLogInterval',
  'statisticsSize',
  'maximumLoss',
  'chanceEpochs',
  'keepCheckpointEvery',
  'splitSeed',
  'precision',
  'recompute',
  'plateauEpochs',
  'imageSize',
])

/** One thing that differs: "batch size", "64", "128". */
export interface Deviation {
  readonly what: string
  readonly own: string
  readonly reference: string
}

/** "batch size 64 instead of 128". */
export function deviationWords({ what, own, reference }: Deviation): string {
  return `${what} ${own} instead of ${reference}`
}

/**
 * Finds where a recipe differs from another.
 * @param reference fields that are known of it
 */
export function recipeDeviations(own: Recipe, reference: Partial<Recipe>): Deviation[] {
  return Object.entries(reference).flatMap(([field, value]) => {
    if (!isRecipeField(field) || unspoken.has(field) || !isSaid(field, own) || settingText(own[field]) === settingText(value)) return []
    return [{ what: recipeWords(field), own: settingText(own[field]), reference: referenceText(field, value, reference) }]
  })
}

/** A length in iterations is told so, also where the recipe's own is in epochs, and the other way round. */
function referenceText(field: RecipeFieldName, value: RecipeValue, { epochs = null, iterations = null }: Partial<Recipe>): string {
  if ((field === 'epochs' || field === 'iterations') && value === null) return recipeLength({ epochs, iterations })
  return settingText(value)
}

/** Length is one question, asked in epochs or in iterations; what only another schedule or warm-up reads says nothing. */
function isSaid(field: RecipeFieldName, { epochs, iterations, schedule, warmupLearningRate, warmupIterations }: Recipe): boolean {
  switch (field) {
    case 'iterations':
      return iterations !== null
    case 'epochs':
      return epochs !== null
    case 'milestones':
    case 'milestoneUnit':
      return schedule === 'milestones'
    case 'learningRateFactor':
      return schedule === 'milestones' || schedule === 'plateau'
    case 'minimumLearningRate':
      return schedule === 'cosine' || schedule === 'plateau'
    case 'riseShare':
      return schedule === 'one-cycle'
    case 'warmupUntilError':
      return warmupLearningRate !== null && warmupIterations === 0
    default:
      return true
  }
}
