import { fittingWords, neededWords, type RunTooLarge, tooLargeWords } from '../../../../common/sweep/too-large.ts'
import { recipeWords } from '../../../../common/training/recipe-words.ts'

const asOnPage = (name: 'recompute' | 'microBatchSize', value: string): string => `${recipeWords(name)} ${value}`

/** Names the run that needs more memory than is free, and with which settings it would fit, as the page calls them; null where all fit. */
export function tooLargeText(large: RunTooLarge | null | undefined): string | null {
  return large ? tooLargeWords(large, asOnPage) : null
}

/** The same in parts: what is needed, and each way in which it fits with what it sets, to be taken at a click. */
export function tooLargeOffers(large: RunTooLarge): { readonly needed: string; readonly ways: readonly FittingWay[] } {
  const ways = large.fitting.map((fitting) => ({ words: fittingWords(fitting, asOnPage), settings: Object.entries(fitting.settings) }))
  return { needed: neededWords(large), ways }
}

interface FittingWay {
  /** "recompute blocks (2.2 GB)". */
  readonly words: string
  /** Fields of the recipe and their values. */
  readonly settings: readonly (readonly [string, string | number])[]
}
