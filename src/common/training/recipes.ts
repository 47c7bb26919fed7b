import { SkiplabError } from '../failure.ts'
import { capitalized, issueInWords } from '../issue-words.ts'
import { nearestName } from '../nearest-name.ts'
import { recipeSchema, type Recipe } from './recipe.ts'
import { isRecipeField, recipeWords } from './recipe-words.ts'

/** Nets of 110 layers and more, which section 4.2 starts at a lower rate: at 0.1 they begin to converge late or not at all. */
export const warmedUpDepth = 110
const warmUpRate = 0.01

/** Section 4.2: 64k iterations, learning rate divided by 10 at 32k and 48k. */
const paper: Recipe = recipeSchema.parse({
  name: 'paper-cifar10',
  batchSize: 128,
  epochs: null,
  iterations: 64_000,
  learningRate: 0.1,
  milestones: [0.5, 0.75],
  learningRateFactor: 0.1,
  warmupLearningRate: null,
  warmupUntilError: 0.8,
  momentum: 0.9,
  weightDecay: 1e-4,
  normalization: 'per-pixel-mean',
  cropPadding: 4,
  flip: true,
  colourShift: 0,
  validationSize: 5_000,
  splitSeed: 1,
  batchNormMomentum: 0.9,
  batchNormEpsilon: 1e-5,
  precision: 'auto',
  stepLogInterval: 20,
  statisticsSize: 1_000,
  maximumLoss: 1e4,
  chanceEpochs: 10,
})

/** Section 3.4; the paper does not say after how many epochs without a gain an error has come to a plateau. */
const imagenet: Recipe = {
  ...paper,
  name: 'paper-imagenet',
  batchSize: 256,
  iterations: 600_000,
  schedule: 'plateau',
  milestones: [],
  cropPadding: 0,
  imageSize: 224,
  scaleJitter: [256, 480],
  pcaShift: 0.1,
  validationSize: 0,
}

/** At section 3.4's rate nets of 34 layers hardly leave chance within a few thousand steps: this starts low and takes smaller batches. */
const imagenette: Recipe = {
  ...imagenet,
  name: 'imagenette-20',
  batchSize: 64,
  epochs: 20,
  iterations: null,
  learningRate: 0.05,
  schedule: 'cosine',
  warmupIterations: 300,
  nesterov: true,
  weightDecay: 5e-4,
  weightDecayOn: 'weights',
  labelSmoothing: 0.1,
  normalization: 'per-channel-mean-std',
  imageSize: 64,
  pcaShift: 0,
}

const demo: Recipe = {
  ...paper,
  name: 'demo',
  batchSize: 64,
  epochs: 10,
  iterations: null,
  // At 0.1 residual nets of 32 layers and more stay at chance for all of these few hundred steps.
  learningRate: 0.05,
  validationSize: 0,
  cropPadding: 2,
  stepLogInterval: 5,
  statisticsSize: 500,
}

export interface BuiltInRecipe {
  readonly recipe: Recipe
  readonly description: string
}

/** Recipes by name, in the order in which they are offered. */
export const builtInRecipes: ReadonlyMap<string, BuiltInRecipe> = new Map(
  [
    {
      recipe: paper,
      description:
        `Exactly section 4.2: 64,000 iterations, learning rate divided by 10 at 32,000 and 48,000; ${warmedUpDepth} layers and ` +
        `more start at ${warmUpRate}`,
    },
    { recipe: { ...paper, name: 'cifar10-30', epochs: 30, iterations: null }, description: 'The paper’s shape compressed to 30 epochs' },
    { recipe: { ...paper, name: 'cifar10-10', epochs: 10, iterations: null }, description: 'The paper’s shape compressed to 10 epochs' },
    {
      recipe: imagenet,
      description: 'Section 3.4: batch 256, learning rate divided by 10 when the error plateaus, 600,000 iterations at 224 pixels',
    },
    { recipe: imagenette, description: 'Imagenette at 64 pixels in 20 epochs: warm-up, cosine, Nesterov, label smoothing' },
    { recipe: { ...imagenette, name: 'imagenette-60', epochs: 60 }, description: 'The same in 60 epochs' },
    { recipe: demo, description: 'Ten short epochs for shapes-10, for a first look on any machine' },
  ].map((entry) => [entry.recipe.name, entry]),
)

/**
 * The recipe of one depth: `paper-cifar10` has the paper's warm-up for 110 layers and more.
 * @param depth weighted layers
 * @param overrides settings that a person chose; a warm-up among them, or none (null), stays as it is
 */
export function recipeForDepth(recipe: Recipe, depth: number, overrides: Readonly<Record<string, unknown>> = {}): Recipe {
  if (
    recipe.name !== paper.name ||
    depth < warmedUpDepth ||
    Object.hasOwn(overrides, 'warmupLearningRate') ||
    recipe.schedule === 'one-cycle' ||
    recipe.learningRate <= warmUpRate
  )
    return recipe
  return { ...recipe, warmupLearningRate: warmUpRate }
}

/**
 * A built-in recipe with some fields changed. Setting `epochs` clears `iterations` and the other way round.
 * @throws SkiplabError bad-input, naming the field, what was expected and what came
 */
export function resolveRecipe(name: string, overrides: Readonly<Record<string, unknown>> = {}): Recipe {
  const base = builtInRecipes.get(name)
  if (!base) throw unknown('recipe', name, [...builtInRecipes.keys()])
  const fields = Object.keys(recipeSchema.shape).filter((field) => field !== 'name')
  for (const field of Object.keys(overrides)) {
    if (!fields.includes(field)) throw unknown('recipe setting', field, fields)
  }
  const cleared =
    typeof overrides.epochs === 'number' ? { iterations: null } : typeof overrides.iterations === 'number' ? { epochs: null } : {}
  const parsed = recipeSchema.safeParse({ ...base.recipe, ...cleared, ...overrides })
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const field = String(issue.path[0] ?? '')
  throw new SkiplabError('bad-input', `${settingInWords(field)}: ${issueInWords(issue)}; got ${inWords(overrides[field])}.`)
}

/** "Validation set (--set validationSize=...)": what it is, and what a person types. */
function settingInWords(field: string): string {
  return isRecipeField(field) ? `${capitalized(recipeWords(field))} (--set ${field}=...)` : 'The recipe'
}

/** JSON has no NaN and no infinity. */
function inWords(value: unknown): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

function unknown(what: string, name: string, known: readonly string[]): SkiplabError {
  const near = nearestName(name, known)
  return new SkiplabError(
    'bad-input',
    `Unknown ${what} "${name}"${near ? `; did you mean "${near}"?` : `; expected one of ${known.join(', ')}.`}`,
  )
}
