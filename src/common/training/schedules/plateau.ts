import type { Schedule } from './schedule.ts'

/** Multiplies the learning rate whenever the validation error has stopped falling, as in section 3.4; `plateauEpochs` says when. */
export const plateau: Schedule = {
  words: 'drops when the validation error stops falling',
  rate: (recipe, _stepsDone, _length, drops) =>
    Math.max(Math.min(recipe.minimumLearningRate, recipe.learningRate), recipe.learningRate * recipe.learningRateFactor ** drops),
  drops: () => [],
  smooth: false,
}
