import type { Recipe } from '../training/recipe.ts'
import type { RecordedMeasure } from './layer-lines.ts'

const measures = { std: 'Standard deviation', mean: 'Mean' } as const satisfies Record<RecordedMeasure, string>

/**
 * Says in one sentence what the responses of layers are that training records: over what, where in the network, on which images.
 * @param recipes of the runs, which name the number of images; 0: measured afterwards by an analysis of layers
 */
export function responseWords(measure: RecordedMeasure, recipes: readonly Pick<Recipe, 'statisticsSize'>[]): string {
  const sizes = [...new Set(recipes.map(({ statisticsSize }) => statisticsSize))].sort((a, b) => a - b)
  const recorded = sizes.filter((size) => size > 0).map((size) => size.toLocaleString('en'))
  const first = `the first ${recorded.join(' or ')} test images`
  const images = recorded.length === 0 ? 'test images' : recorded.length < sizes.length ? `${first}, or those of an analysis` : first
  return (
    `${measures[measure]} of all values of each layer’s response, after BN (by its running statistics) and before nonlinearity and ` +
    `addition, on ${images}, without augmentation.`
  )
}
