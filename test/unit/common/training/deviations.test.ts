import { expect, it } from 'vitest'
import { deviationsFromPaper } from '../../../../src/common/training/deviations.ts'
import { recipeForDepth, resolveRecipe } from '../../../../src/common/training/recipes.ts'

it('The paper’s recipes differ from the paper in nothing, nor does the warm-up of 110 layers', () => {
  for (const name of ['paper-cifar10', 'paper-imagenet']) expect(deviationsFromPaper(resolveRecipe(name)), name).toBeNull()
  expect(deviationsFromPaper(recipeForDepth(resolveRecipe('paper-cifar10'), 110))).toBeNull()
})

it('A recipe says in what it differs from the paper, and nothing of how it is logged', () => {
  expect(deviationsFromPaper(resolveRecipe('cifar10-30'))).toBe('epochs 30 instead of 64000 iterations')
  const changed = resolveRecipe('paper-cifar10', { iterations: 1000, stepLogInterval: 1, flip: false })
  expect(deviationsFromPaper(changed)).toBe('iterations 1000 instead of 64000, mirror half no instead of yes')
})

it('A recipe with scaled crops is held against section 3.4', () => {
  const words = deviationsFromPaper(resolveRecipe('imagenette-20'))
  expect(words).toContain('batch size 64 instead of 256')
  expect(words).toContain('schedule cosine instead of plateau')
  expect(words).not.toContain('factor of a drop')
})
