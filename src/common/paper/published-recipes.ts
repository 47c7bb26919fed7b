import type { Recipe } from '../training/recipe.ts'
import { builtInRecipes, recipeForDepth } from '../training/recipes.ts'
import type { PublishedResult } from './published.ts'

/** What the sources say of their training; fields that they leave open are not in here and never differ. */
const ports: Readonly<Record<string, Partial<Recipe>>> = {
  // trainer.py: all 50,000 images are trained on, and the test images choose the epoch.
  akamaster: {
    batchSize: 128,
    epochs: 200,
    iterations: null,
    learningRate: 0.1,
    schedule: 'milestones',
    milestones: [0.5, 0.75],
    learningRateFactor: 0.1,
    momentum: 0.9,
    weightDecay: 1e-4,
    normalization: 'given',
    cropPadding: 4,
    flip: true,
    colourShift: 0,
    validationSize: 0,
  },
  // README and data_loader.py, the length as the review's log shows it: 164 epochs of 391 batches.
  'a-martyn': { batchSize: 128, epochs: 164, iterations: null, learningRate: 0.1, validationSize: 0 },
}

/** The training that a published number is of, as far as its source tells it. */
export function publishedRecipe({ data, layers, source }: Pick<PublishedResult, 'data' | 'layers' | 'source'>): Partial<Recipe> {
  if (source.work.startsWith('Review')) return ports['a-martyn']!
  const { recipe } = builtInRecipes.get(data === 'cifar10' ? 'paper-cifar10' : 'paper-imagenet')!
  return ports[source.work] ?? recipeForDepth(recipe, layers ?? 0)
}
