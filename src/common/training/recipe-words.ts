import { counted } from '../counted.ts'
import type { Recipe } from './recipe.ts'

export type RecipeFieldName = Exclude<keyof Recipe, 'name'>

/** What the fields of a recipe are called wherever people read them. A value may follow: "learning rate 0.1". */
const words: Readonly<Record<RecipeFieldName, string>> = {
  batchSize: 'batch size',
  microBatchSize: 'micro-batch size',
  epochs: 'epochs',
  iterations: 'iterations',
  learningRate: 'learning rate',
  schedule: 'schedule',
  milestones: 'learning rate drops at',
  milestoneUnit: 'milestones counted in',
  learningRateFactor: 'factor of a drop',
  plateauEpochs: 'plateau after',
  minimumLearningRate: 'lowest learning rate',
  riseShare: 'share of the rise',
  warmupLearningRate: 'warm-up rate',
  warmupUntilError: 'warm-up until error',
  warmupIterations: 'warm-up iterations',
  momentum: 'momentum',
  nesterov: 'Nesterov',
  weightDecay: 'weight decay',
  weightDecayOn: 'weight decay on',
  labelSmoothing: 'label smoothing',
  normalization: 'normalisation',
  normalizationMean: 'mean subtracted',
  normalizationStd: 'deviation divided by',
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
  recompute: 'recompute',
  stepLogInterval: 'log every',
  statisticsSize: 'layer statistics over',
  maximumLoss: 'diverged above loss',
  chanceEpochs: 'diverged at chance for',
  earlyStopEpochs: 'early stop after',
  timeLimitMinutes: 'time limit',
  keepCheckpointEvery: 'keep a checkpoint every',
}

/** "validationSize" -> "validation set". */
export function recipeWords(field: RecipeFieldName): string {
  return words[field]
}

/** Whether a text is the name of a recipe's field, as in `--set NAME=value`. */
export function isRecipeField(name: string): name is RecipeFieldName {
  return Object.hasOwn(words, name)
}

export type RecipeValue = string | number | boolean | null | readonly (string | number)[]

/** A setting's value for people: "yes", "0.5, 0.75", "none". */
export function settingText(value: RecipeValue): string {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'object' ? value.join(', ') || 'none' : String(value)
}

/** "10 epochs", or "64000 iterations". */
export function recipeLength({ epochs, iterations }: Pick<Recipe, 'epochs' | 'iterations'>): string {
  return epochs === null ? counted(iterations ?? 0, 'iteration') : counted(epochs, 'epoch')
}
