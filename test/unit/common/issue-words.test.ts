import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { explainIssue } from '../../../src/common/explain-issue.ts'
import { calls } from '../../../src/common/rpc/contract.ts'
import { recipeSchema } from '../../../src/common/training/recipe.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'

describe('what a schema misses', () => {
  it.each([
    [{ runIds: [1], annotation: { addTags: ['x'.repeat(41)] } }, 'Annotation, add tags, item 1: expected at most 40 characters.'],
    [{ runIds: [], annotation: {} }, 'Run ids: expected at least 1 of them.'],
    [{ runIds: ['1'], annotation: {} }, 'Run ids, item 1: expected a number.'],
    [{ runIds: [1], annotation: { starred: 'yes' } }, 'Annotation, starred: expected true or false.'],
    [{ runIds: [1], annotation: {}, more: 1 }, 'There is no "more".'],
  ])('what a schema misses of %j is said in words', (input, words) => {
    const { error } = calls['runs.annotate'].input.safeParse(input)
    expect(explainIssue(error!)).toBe(words)
  })

  it('every setting of a recipe explains a wrong value without names of the program or its library', () => {
    for (const name of Object.keys(recipeSchema.shape).filter((one) => one !== 'name')) {
      for (const value of ['?', -1, 1.5, 1e9, true, [2, 'x'], {}, null, NaN]) {
        if (z.object({ [name]: recipeSchema.shape[name as keyof typeof recipeSchema.shape] }).safeParse({ [name]: value }).success) continue
        let message = ''
        try {
          resolveRecipe('demo', { [name]: value })
        } catch (error) {
          message = String(error)
        }
        const words = message.replace(`(--set ${name}=...)`, '').replace(/; got [^]*$/, '')
        expect(words, `${name} = ${JSON.stringify(value)}`).toMatch(/: (expected (a|at|more|less|one|true)|there is)/)
        expect(words.replace(/^SkiplabError/, ''), name).not.toMatch(/[a-z][A-Z]|Invalid|Too (big|small)|>=|<=/)
      }
    }
  })
})
