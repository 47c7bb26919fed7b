import type { Sweep } from './sweep.ts'

/** A count k, which stands for the seeds 1 to k, or the seeds themselves. */
export type Seeds = Sweep['seeds']

const mostSeeds = 1000
const largestSeed = 0x7fffffff
/** What a person may type, in the same words on the page, the command line and in the documents. */
export const seedsExpected =
  `how many seeds (3 takes 1, 2 and 3; at most ${mostSeeds.toLocaleString('en')}), ` + 'or which, with commas: 4, 7 or 4,'

/** "3" -> 3, "4, 7" -> [4, 7], "4," -> [4]; null when it is neither. */
export function readSeeds(text: string): Seeds | null {
  const parts = text.trim().split(/\s*[,;]\s*|\s+/)
  const numbers = parts.filter((part) => part !== '').map(readInteger)
  const [first] = numbers
  if (first === undefined) return null
  if (parts.length === 1) return first >= 1 && first <= mostSeeds ? first : null
  return numbers.every((seed) => seed >= 0 && seed <= largestSeed) ? [...new Set(numbers)] : null
}

function readInteger(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : NaN
}

/** The text that {@link readSeeds} reads back. */
export function writeSeeds(seeds: Seeds): string {
  if (typeof seeds === 'number') return String(seeds)
  return seeds.length === 1 ? `${seeds[0]},` : seeds.join(', ')
}

export function seedCount(seeds: Seeds): number {
  return typeof seeds === 'number' ? seeds : seeds.length
}

/** "seed 1", "seeds 1 and 2", "seeds 1 to 5", "seeds 4, 7 and 9", "12 seeds from 4 to 90". */
export function seedsInWords(seeds: Seeds): string {
  if (typeof seeds === 'number') return seeds < 3 ? listed(seeds === 1 ? [1] : [1, 2]) : `seeds 1 to ${seeds}`
  return seeds.length <= 6 ? listed(seeds) : `${seeds.length} seeds from ${Math.min(...seeds)} to ${Math.max(...seeds)}`
}

function listed(seeds: readonly number[]): string {
  if (seeds.length === 1) return `seed ${seeds[0]}`
  return `seeds ${seeds.slice(0, -1).join(', ')} and ${seeds[seeds.length - 1]}`
}
