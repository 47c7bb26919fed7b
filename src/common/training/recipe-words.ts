import type { Recipe } from './recipe.ts'

export type RecipeFieldName = Exclude<keyof Recipe, 'name'>

/** What the fields of a recipe are called wherever people read them. A value may follow: "learning rate 0.1". */
const words: Readonly<Record<RecipeFieldName, string>> = {
  batchSize: 'batch size',
  epochs: 'epochs',
  iterations: 'iterations',
  learningRate: 'learning rate',
  milestones: 'learning rate drops at',
  learningRateFactor: 'factor of a drop',
  warmupLearningRate: 'warm-up rate',
  warmupUntilError: 'warm-up until error',
  momentum: 'momentum',
  weightDecay: 'weight decay',
  normalization: 'normalisation',
  cropPadding: 'crop padding',
  flip: 'mirror half',
  colourShift: 'colour shift',
  imageSize: 'image size',
  scaleJitter: 'scale jitter',
  pcaShift: 'PCA colour shift',
  validationSize: 'validation set',
  splitSeed: 'split seed',
  batchNormMomentum: 'BN momentum',
  batchNormEpsilon: 'BN epsilon',
  precision: 'precision',
  stepLogInterval: 'log every',
  statisticsSize: 'layer statistics over',
  maximumLoss: 'diverged above loss',
  chanceEpochs: 'diverged at chance for',
}

/** "validationSize" -> "validation set". */
export function recipeWords(field: RecipeFieldName): string {
  return words[field]
}

/** Whether a text is the name of a recipe's field, as in `--set NAME=value`. */
export function isRecipeField(name: string): name is RecipeFieldName {
  return Object.hasOwn(words, name)
}
