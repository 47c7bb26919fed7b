import type { Recipe } from './recipe.ts'
import { isRecipeField, recipeLength, recipeWords, settingText, type RecipeFieldName, type RecipeValue } from './recipe-words.ts'
import { builtInRecipes, warmUpRate } from './recipes.ts'

/** Fields that change what is recorded, not what is learned, or that the paper leaves open. */
const unspoken: ReadonlySet<string> = new Set<keyof Recipe>([
  'name',
  'stepLogInterval',
  'statisticsSize',
  'maximumLoss',
  'chanceEpochs',
  'splitSeed',
  'precision',
  'recompute',
  'plateauEpochs',
  'warmupUntilError',
])

/** The paper's recipe that one is to be held against: section 3.4's where images are scaled at random, else section 4.2's. */
function paperRecipe({ scaleJitter }: Pick<Recipe, 'scaleJitter'>): Recipe {
  return builtInRecipes.get(scaleJitter.length > 0 ? 'paper-imagenet' : 'paper-cifar10')!.recipe
}

/**
 * Says in words where a recipe differs from the paper's: "epochs 10 instead of 64000 iterations, batch size 64 instead of 128";
 * null where it does not. The warm-up of deep nets is the paper's own.
 */
export function deviationsFromPaper(own: Recipe): string | null {
  return deviationsFrom(own, paperRecipe(own))
}

/**
 * Says the same of any other recipe.
 * @param reference fields that are known of it
 */
export function deviationsFrom(own: Recipe, reference: Partial<Recipe>): string | null {
  const differing = Object.entries(reference).filter(
    ([field, value]) =>
      isRecipeField(field) &&
      !unspoken.has(field) &&
      isSaid(field, own) &&
      settingText(own[field]) !== settingText(value) &&
      !(field === 'warmupLearningRate' && own.warmupLearningRate === warmUpRate),
  )
  const words = differing.flatMap(([field, value]) =>
    isRecipeField(field) ? [`${recipeWords(field)} ${settingText(own[field])} instead of ${referenceText(field, value, reference)}`] : [],
  )
  return words.length === 0 ? null : words.join(', ')
}

/** A length in iterations is told so, also where the recipe's own is in epochs, and the other way round. */
function referenceText(field: RecipeFieldName, value: RecipeValue, { epochs = null, iterations = null }: Partial<Recipe>): string {
  if ((field === 'epochs' || field === 'iterations') && value === null) return recipeLength({ epochs, iterations })
  return settingText(value)
}

/** Length is one question, asked in epochs or in iterations; what only another schedule reads says nothing. */
function isSaid(field: string, recipe: Recipe): boolean {
  if (field === 'iterations') return recipe.iterations !== null
  if (field === 'epochs') return recipe.epochs !== null
  if (field === 'milestones' || field === 'milestoneUnit') return recipe.schedule === 'milestones'
  if (field === 'learningRateFactor') return recipe.schedule === 'milestones' || recipe.schedule === 'plateau'
  return true
}
