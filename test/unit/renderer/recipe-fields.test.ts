import { describe, expect, it } from 'vitest'
import { builtInRecipes } from '../../../src/common/training/recipes.ts'
import { recipeSchema } from '../../../src/common/training/recipe.ts'
import {
  fieldGroups,
  fieldProblem,
  fieldsThatApply,
  readField,
  type FieldValue,
  type RecipeField,
  writeField,
} from '../../../src/renderer/src/features/sweeps/recipe-fields.ts'

const paper = builtInRecipes.get('paper-cifar10')!.recipe
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

  it('the fields of a recipe are those that say something beside the others, and those whose value is refused', () => {
    const shown = (change: Record<string, FieldValue>, wrong: string[] = []) =>
      fieldGroups.flatMap((group) =>
        fieldsThatApply(group, { ...paper, ...change }, new Map(wrong.map((name) => [name, 'Expected less.']))).map(({ name }) => name),
      )
    expect(shown({})).toEqual(expect.arrayContaining(['milestones', 'milestoneUnit', 'nesterov', 'weightDecayOn', 'splitSeed']))
    expect(shown({})).not.toContain('riseShare')
    expect(shown({ milestones: [] })).not.toContain('milestoneUnit')
    expect(shown({ schedule: 'cosine' })).not.toContain('milestones')
    expect(shown({ schedule: 'cosine' }, ['milestones']), 'what is refused').toContain('milestones')
    const none = shown({ momentum: 0, weightDecay: 0, validationSize: 0 })
    expect(none.filter((name) => ['nesterov', 'weightDecayOn', 'splitSeed'].includes(name))).toEqual([])
  })
})
