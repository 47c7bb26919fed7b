import type { Recipe } from './recipe.ts'
import { recipeWords, settingText, type RecipeFieldName } from './recipe-words.ts'
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
  const paper = paperRecipe(own)
  const differing = Object.keys(paper).filter(
    (field) =>
      !unspoken.has(field) &&
      isSaid(field, own) &&
      settingText(own[field as RecipeFieldName]) !== settingText(paper[field as RecipeFieldName]) &&
      !(field === 'warmupLearningRate' && own.warmupLearningRate === warmUpRate),
  ) as RecipeFieldName[]
  const words = differing.map((field) => `${recipeWords(field)} ${settingText(own[field])} instead of ${paperText(field, paper)}`)
  return words.length === 0 ? null : words.join(', ')
}

/** The paper's length is in iterations, also where a recipe's is in epochs. */
function paperText(field: RecipeFieldName, paper: Recipe): string {
  return field === 'epochs' ? `${paper.iterations} iterations` : settingText(paper[field])
}

/** Length is one question, asked in epochs or in iterations; what only another schedule reads says nothing. */
function isSaid(field: string, recipe: Recipe): boolean {
  if (field === 'iterations') return recipe.iterations !== null || recipe.epochs === null
  if (field === 'milestones' || field === 'milestoneUnit') return recipe.schedule === 'milestones'
  if (field === 'learningRateFactor') return recipe.schedule === 'milestones' || recipe.schedule === 'plateau'
  return true
}
