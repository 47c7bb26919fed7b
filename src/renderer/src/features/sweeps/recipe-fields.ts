import { capitalized, issueInWords } from '../../../../common/issue-words.ts'
import { recipeSchema } from '../../../../common/training/recipe.ts'
import { type RecipeFieldName, recipeWords } from '../../../../common/training/recipe-words.ts'
import type { Overrides } from './draft.ts'

type FieldName = RecipeFieldName
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
      { name: 'epochs', label: labelOf('epochs'), kind: 'number', optional: true },
      { name: 'iterations', label: labelOf('iterations'), kind: 'number', optional: true },
      { name: 'batchSize', label: labelOf('batchSize'), unit: 'images', kind: 'number' },
    ],
  },
  {
    title: 'Learning rate',
    fields: [
      { name: 'learningRate', label: 'Initial', kind: 'number' },
      { name: 'milestones', label: 'Drops at', unit: 'of training', kind: 'list' },
      { name: 'learningRateFactor', label: 'Each drop, times', kind: 'number' },
      { name: 'warmupLearningRate', label: labelOf('warmupLearningRate'), kind: 'number', optional: true },
      { name: 'warmupUntilError', label: labelOf('warmupUntilError'), unit: '0 to 1', kind: 'number' },
    ],
  },
  {
    title: 'Optimiser',
    fields: [
      { name: 'momentum', label: labelOf('momentum'), kind: 'number' },
      { name: 'weightDecay', label: labelOf('weightDecay'), kind: 'number' },
      { name: 'batchNormMomentum', label: labelOf('batchNormMomentum'), kind: 'number' },
      { name: 'batchNormEpsilon', label: labelOf('batchNormEpsilon'), kind: 'number' },
      { name: 'precision', label: labelOf('precision'), kind: 'choice', choices: recipeSchema.shape.precision.options },
    ],
  },
  {
    title: 'Images',
    fields: [
      { name: 'normalization', label: labelOf('normalization'), kind: 'choice', choices: recipeSchema.shape.normalization.options },
      { name: 'cropPadding', label: labelOf('cropPadding'), unit: 'pixels', kind: 'number' },
      { name: 'flip', label: labelOf('flip'), kind: 'switch' },
      { name: 'colourShift', label: labelOf('colourShift'), unit: 'of range', kind: 'number' },
      { name: 'pcaShift', label: labelOf('pcaShift'), unit: 'deviation', kind: 'number' },
      { name: 'imageSize', label: labelOf('imageSize'), unit: 'pixels', kind: 'number', optional: true },
      { name: 'scaleJitter', label: labelOf('scaleJitter'), unit: 'of 224', kind: 'list' },
      { name: 'validationSize', label: labelOf('validationSize'), unit: 'images', kind: 'number' },
      { name: 'splitSeed', label: labelOf('splitSeed'), kind: 'number' },
    ],
  },
  {
    title: 'Records and guards',
    fields: [
      { name: 'stepLogInterval', label: labelOf('stepLogInterval'), unit: 'steps', kind: 'number' },
      { name: 'statisticsSize', label: labelOf('statisticsSize'), unit: 'images', kind: 'number' },
      { name: 'maximumLoss', label: labelOf('maximumLoss'), kind: 'number' },
      { name: 'chanceEpochs', label: labelOf('chanceEpochs'), unit: 'epochs', kind: 'number' },
    ],
  },
]

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
