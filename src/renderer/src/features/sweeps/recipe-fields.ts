import { issueInWords } from '../../../../common/issue-words.ts'
import { type Recipe, recipeSchema } from '../../../../common/training/recipe.ts'
import type { Overrides } from './draft.ts'

type FieldName = Exclude<keyof Recipe, 'name'>
export type FieldValue = Overrides[string]

export interface RecipeField {
  readonly name: FieldName
  readonly label: string
  readonly unit?: string
  readonly kind: 'number' | 'list' | 'switch' | 'choice'
  readonly choices?: readonly string[]
  /** May be left empty, which means none. */
  readonly optional?: boolean
}

export interface FieldGroup {
  readonly title: string
  readonly fields: readonly RecipeField[]
}

/** Every hyperparameter, in the order in which people think of them. */
export const fieldGroups: readonly FieldGroup[] = [
  {
    title: 'Length',
    fields: [
      { name: 'epochs', label: 'Epochs', kind: 'number', optional: true },
      { name: 'iterations', label: 'Iterations', kind: 'number', optional: true },
      { name: 'batchSize', label: 'Batch size', unit: 'images', kind: 'number' },
    ],
  },
  {
    title: 'Learning rate',
    fields: [
      { name: 'learningRate', label: 'Initial', kind: 'number' },
      { name: 'milestones', label: 'Drops at', unit: 'of training', kind: 'list' },
      { name: 'learningRateFactor', label: 'Each drop, times', kind: 'number' },
      { name: 'warmupLearningRate', label: 'Warm-up rate', kind: 'number', optional: true },
      { name: 'warmupUntilError', label: 'Warm-up until error', unit: '0 to 1', kind: 'number' },
    ],
  },
  {
    title: 'Optimiser',
    fields: [
      { name: 'momentum', label: 'Momentum', kind: 'number' },
      { name: 'weightDecay', label: 'Weight decay', kind: 'number' },
      { name: 'batchNormMomentum', label: 'BN momentum', kind: 'number' },
      { name: 'batchNormEpsilon', label: 'BN epsilon', kind: 'number' },
      { name: 'precision', label: 'Precision', kind: 'choice', choices: recipeSchema.shape.precision.options },
    ],
  },
  {
    title: 'Images',
    fields: [
      { name: 'normalization', label: 'Normalisation', kind: 'choice', choices: recipeSchema.shape.normalization.options },
      { name: 'cropPadding', label: 'Crop padding', unit: 'pixels', kind: 'number' },
      { name: 'flip', label: 'Mirror half', kind: 'switch' },
      { name: 'colourShift', label: 'Colour shift', unit: 'of range', kind: 'number' },
      { name: 'validationSize', label: 'Validation set', unit: 'images', kind: 'number' },
      { name: 'splitSeed', label: 'Split seed', kind: 'number' },
    ],
  },
  {
    title: 'Records and guards',
    fields: [
      { name: 'stepLogInterval', label: 'Log every', unit: 'steps', kind: 'number' },
      { name: 'statisticsSize', label: 'Layer statistics over', unit: 'images', kind: 'number' },
      { name: 'maximumLoss', label: 'Diverged above loss', kind: 'number' },
      { name: 'chanceEpochs', label: 'Diverged at chance for', unit: 'epochs', kind: 'number' },
    ],
  },
]

export function fieldHelp(name: FieldName): string {
  return recipeSchema.shape[name].description ?? ''
}

/** @returns null when the value is fine, else what was expected */
export function fieldProblem(name: FieldName, value: unknown): string | null {
  const issue = recipeSchema.shape[name].safeParse(value).error?.issues[0]
  if (!issue) return null
  const words = issue.code === 'invalid_type' && issue.expected === 'array' ? 'expected numbers with commas between' : issueInWords(issue)
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

export function fieldLabel(name: string): string {
  return fieldGroups.flatMap((group) => group.fields).find((field) => field.name === name)?.label ?? name
}

/** Text of an input to a value: numbers, comma-separated numbers, empty for none. What cannot be read stays text, and is refused by name. */
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
