import { type RunTooLarge, tooLargeWords } from '../../../../common/sweep/too-large.ts'
import { recipeWords } from '../../../../common/training/recipe-words.ts'

/** Names the run that needs more memory than is free, and with which settings it would fit, as the page calls them; null where all fit. */
export function tooLargeText(large: RunTooLarge | null | undefined): string | null {
  return large ? tooLargeWords(large, (name, value) => `${recipeWords(name)} ${value}`) : null
}
