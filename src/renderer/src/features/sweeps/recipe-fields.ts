import { capitalized, issueInWords } from '../../../../common/issue-words.ts'
import { type Recipe, recipeSchema } from '../../../../common/training/recipe.ts'
import { type RecipeFieldName, recipeWords } from '../../../../common/training/recipe-words.ts'
import type { Overrides } from './draft.ts'

type FieldName = RecipeFieldName
export type FieldValue = Overrides[string]

export interface RecipeField {
  readonly name: FieldName
  readonly label: string
  /** Where the label depends on the others. */
  readonly labelOf?: (recipe: RecipeValues) => string
  readonly unit?: string
  readonly kind: 'number' | 'list' | 'switch' | 'choice'
  readonly choices?: readonly string[]
  /** Whether it may be left empty, which means none. */
  readonly optional?: boolean
  /** Whether the field says anything beside these others; always, where it is left out. */
  readonly applies?: (recipe: RecipeValues) => boolean
}

/** A recipe as it is being typed. */
export type RecipeValues = Readonly<Record<string, FieldValue | undefined>>

export interface FieldGroup {
  readonly title: string
  readonly fields: readonly RecipeField[]
}

/** Every hyperparameter, in the order in which people think of them. */
export const fieldGroups: readonly FieldGroup[] = [
  {
    title: 'Length',
    fields: [
      { name: 'epochs', label: labelOf('epochs'), kind: 'number', optional: true },
      { name: 'iterations', label: labelOf('iterations'), kind: 'number', optional: true },
      { name: 'batchSize', label: labelOf('batchSize'), unit: 'images', kind: 'number' },
      { name: 'microBatchSize', label: labelOf('microBatchSize'), unit: 'images', kind: 'number', optional: true },
    ],
  },
  {
    title: 'Learning rate',
    fields: [
      {
        name: 'learningRate',
        label: 'Initial',
        labelOf: ({ schedule }) => (schedule === 'one-cycle' ? 'Highest' : 'Initial'),
        kind: 'number',
      },
      { name: 'schedule', label: labelOf('schedule'), kind: 'choice', choices: recipeSchema.shape.schedule.unwrap().options },
      { name: 'milestones', label: 'Drops at', kind: 'list', applies: hasSchedule('milestones') },
      {
        name: 'milestoneUnit',
        label: 'Counted in',
        kind: 'choice',
        choices: recipeSchema.shape.milestoneUnit.unwrap().options,
        applies: drops,
      },
      { name: 'plateauEpochs', label: labelOf('plateauEpochs'), unit: 'epochs', kind: 'number', applies: hasSchedule('plateau') },
      {
        name: 'learningRateFactor',
        label: 'Each drop, times',
        kind: 'number',
        applies: (recipe) => drops(recipe) || recipe.schedule === 'plateau',
      },
      { name: 'minimumLearningRate', label: 'Lowest', kind: 'number', applies: hasSchedule('cosine', 'plateau') },
      { name: 'riseShare', label: 'Rises for', unit: 'of training', kind: 'number', applies: hasSchedule('one-cycle') },
      { name: 'warmupLearningRate', label: labelOf('warmupLearningRate'), kind: 'number', optional: true, applies: warmsUp },
      {
        name: 'warmupUntilError',
        label: labelOf('warmupUntilError'),
        unit: '0 to 1',
        kind: 'number',
        applies: (recipe) => warmsUp(recipe) && recipe.warmupLearningRate !== null && recipe.warmupIterations === 0,
      },
      { name: 'warmupIterations', label: 'Warm-up for', unit: 'iterations', kind: 'number', applies: warmsUp },
    ],
  },
  {
    title: 'Optimiser',
    fields: [
      { name: 'momentum', label: labelOf('momentum'), kind: 'number' },
      { name: 'nesterov', label: labelOf('nesterov'), kind: 'switch', applies: ({ momentum }) => momentum !== 0 },
      { name: 'weightDecay', label: labelOf('weightDecay'), kind: 'number' },
      {
        name: 'weightDecayOn',
        label: 'Decay on',
        kind: 'choice',
        choices: recipeSchema.shape.weightDecayOn.unwrap().options,
        applies: ({ weightDecay }) => weightDecay !== 0,
      },
      { name: 'labelSmoothing', label: labelOf('labelSmoothing'), kind: 'number' },
      { name: 'batchNormMomentum', label: labelOf('batchNormMomentum'), kind: 'number' },
      { name: 'batchNormEpsilon', label: labelOf('batchNormEpsilon'), kind: 'number' },
      { name: 'precision', label: labelOf('precision'), kind: 'choice', choices: recipeSchema.shape.precision.options },
      { name: 'recompute', label: labelOf('recompute'), kind: 'choice', choices: recipeSchema.shape.recompute.unwrap().options },
    ],
  },
  {
    title: 'Images',
    fields: [
      { name: 'normalization', label: labelOf('normalization'), kind: 'choice', choices: recipeSchema.shape.normalization.options },
      { name: 'normalizationMean', label: 'Mean', unit: '0 to 1', kind: 'list', applies: isGiven },
      { name: 'normalizationStd', label: 'Deviation', unit: '0 to 1', kind: 'list', applies: isGiven },
      { name: 'cropPadding', label: labelOf('cropPadding'), unit: 'pixels', kind: 'number' },
      { name: 'flip', label: labelOf('flip'), kind: 'switch' },
      { name: 'colourShift', label: labelOf('colourShift'), unit: 'of range', kind: 'number' },
      { name: 'pcaShift', label: labelOf('pcaShift'), unit: 'deviation', kind: 'number' },
      { name: 'imageSize', label: labelOf('imageSize'), unit: 'pixels', kind: 'number', optional: true },
      { name: 'scaleJitter', label: labelOf('scaleJitter'), unit: 'of 224', kind: 'list' },
      { name: 'validationSize', label: labelOf('validationSize'), unit: 'images', kind: 'number' },
      { name: 'splitSeed', label: labelOf('splitSeed'), kind: 'number', applies: ({ validationSize }) => validationSize !== 0 },
    ],
  },
  {
    title: 'Records and guards',
    fields: [
      { name: 'stepLogInterval', label: labelOf('stepLogInterval'), unit: 'steps', kind: 'number' },
      { name: 'statisticsSize', label: labelOf('statisticsSize'), unit: 'images', kind: 'number' },
      { name: 'maximumLoss', label: labelOf('maximumLoss'), kind: 'number' },
      { name: 'chanceEpochs', label: labelOf('chanceEpochs'), unit: 'epochs', kind: 'number' },
      { name: 'earlyStopEpochs', label: labelOf('earlyStopEpochs'), unit: 'epochs', kind: 'number' },
      { name: 'timeLimitMinutes', label: labelOf('timeLimitMinutes'), unit: 'minutes', kind: 'number', optional: true },
      { name: 'keepCheckpointEvery', label: labelOf('keepCheckpointEvery'), unit: 'epochs', kind: 'number' },
    ],
  },
]

function hasSchedule(...names: readonly Recipe['schedule'][]): (recipe: RecipeValues) => boolean {
  return ({ schedule }) => names.some((name) => name === schedule)
}

function isGiven({ normalization }: RecipeValues): boolean {
  return normalization === 'given'
}

/** Whether the rate drops at milestones. */
function drops({ schedule, milestones }: RecipeValues): boolean {
  return schedule === 'milestones' && !(Array.isArray(milestones) && milestones.length === 0)
}

/** The one-cycle schedule starts low by itself. */
function warmsUp({ schedule }: RecipeValues): boolean {
  return schedule !== 'one-cycle'
}

/** Fields that say something beside the others, and those whose value is refused. */
export function fieldsThatApply({ fields }: FieldGroup, recipe: RecipeValues, wrong: ReadonlyMap<string, string>): RecipeField[] {
  return fields.filter(({ name, applies }) => wrong.has(name) || (applies?.(recipe) ?? true))
}

function labelOf(name: FieldName): string {
  return capitalized(recipeWords(name))
}

export function fieldHelp(name: FieldName): string {
  return recipeSchema.shape[name].description ?? ''
}

/** @returns null when the value is fine, else what was expected */
export function fieldProblem(name: FieldName, value: unknown): string | null {
  const issue = recipeSchema.shape[name].safeParse(value).error?.issues[0]
  if (!issue) return null
  const words = issue.code === 'invalid_type' && issue.expected === 'array' ? 'expected numbers with commas between' : issueInWords(issue)
  return `${capitalized(words)}.`
}

export function fieldLabel(name: string): string {
  return fieldGroups.flatMap((group) => group.fields).find((field) => field.name === name)?.label ?? name
}

/**
 * Text of an input to a value: numbers, comma-separated numbers, empty for none. What cannot be read stays text, and is refused by
 * name.
 */
export function readField(field: RecipeField, text: string): FieldValue {
  const trimmed = text.trim()
  if (field.kind === 'choice') return trimmed
  if (field.kind === 'list') {
    const numbers = trimmed === '' ? [] : trimmed.split(/[\s,;]+/).map(Number)
    return numbers.some(Number.isNaN) ? trimmed : numbers
  }
  if (trimmed === '' && field.optional) return null
  const number = Number(trimmed)
  return trimmed === '' || Number.isNaN(number) ? trimmed : number
}

export function writeField(value: FieldValue | undefined): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? value.join(', ') : String(value)
}
