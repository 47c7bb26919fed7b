import { describe, expect, it } from 'vitest'
import { recipeSchema } from '../../../src/common/training/recipe.ts'
import {
  fieldGroups,
  fieldProblem,
  readField,
  type RecipeField,
  writeField,
} from '../../../src/renderer/src/features/sweeps/recipe-fields.ts'

const fields = fieldGroups.flatMap((group) => group.fields)
function field(name: string): RecipeField {
  return fields.find((one) => one.name === name)!
}

describe('the fields of a recipe', () => {
  it('the fields of a recipe can all be edited, and stand in the form once each', () => {
    const names = Object.keys(recipeSchema.shape).filter((name) => name !== 'name')
    expect(fields.map((one) => one.name).sort()).toEqual(names.sort())
  })

  it('the fields of a recipe take numbers, lists and nothing at all', () => {
    expect(readField(field('learningRate'), ' 1e-2 ')).toBe(0.01)
    expect(readField(field('milestones'), '0.5; 0.75,0.9')).toEqual([0.5, 0.75, 0.9])
    expect(readField(field('warmupLearningRate'), '')).toBeNull()
    expect(readField(field('milestones'), '')).toEqual([])
  })

  it('the fields of a recipe keep what cannot be read as text, so that it is refused and not guessed', () => {
    expect(readField(field('momentum'), 'often')).toBe('often')
    expect(readField(field('momentum'), '')).toBe('')
    expect(readField(field('milestones'), '0.5, late')).toBe('0.5, late')
    expect(fieldProblem('momentum', 'often')).toBe('Expected a number.')
  })

  it('the fields of a recipe say what they expect when something else is typed', () => {
    expect(fieldProblem('momentum', 1.5)).toBe('Expected less than 1.')
    expect(fieldProblem('batchSize', 0)).toBe('Expected at least 1.')
    expect(fieldProblem('statisticsSize', 1e6)).toBe('Expected at most 100,000.')
    expect(fieldProblem('epochs', 'many')).toBe('Expected a number.')
    expect(fieldProblem('batchSize', 1.5)).toBe('Expected a whole number.')
    expect(fieldProblem('milestones', 'late')).toBe('Expected numbers with commas between.')
    expect(fieldProblem('momentum', 0.9)).toBeNull()
  })

  it('the fields of a recipe show a value in the form in which they take it', () => {
    expect([writeField([0.5, 0.75]), writeField(null), writeField(0.1)]).toEqual(['0.5, 0.75', '', '0.1'])
  })
})
