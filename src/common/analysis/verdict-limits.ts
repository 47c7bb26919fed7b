import type { Comparison } from './comparison.ts'
import { pointsOf } from './error-words.ts'
import type { Findings } from './degradation.ts'
import type { DepthResult } from './depth-results.ts'

/** Writes as sentences what the verdict's answers are based on and what limits them. */
export function limits(findings: Findings, decisive: readonly Comparison[]): string[] {
  const finished = findings.results.filter((result) => result.finished > 0)
  return [
    ...ruleSentences(findings, finished),
    ...lookSentence(decisive),
    ...seedSentence(decisive),
    ...findings.results.flatMap(failureSentences),
    ...missingSentence(findings.results),
  ]
}

function ruleSentences({ thresholds, spread }: Findings, finished: readonly DepthResult[]): string[] {
  const single = finished.filter((result) => result.finished === 1)
  if (finished.length === 0) return []
  if (single.length === finished.length) {
    return [
      `One seed each, so the spread between seeds is unknown; differences under ${pointsOf(thresholds.oneSeedDifference)} ` +
        'points are not counted.',
    ]
  }
  const rule = `A difference counts when it exceeds ${pointsOf(thresholds.seedsDifference)} points and its 95 % interval over the seeds`
  const ones =
    single.length > 0
      ? `, ${pointsOf(thresholds.oneSeedDifference)} points where a network has one seed ` +
        `(${single.map((result) => result.name).join(', ')})`
      : ''
  const shared = spread.shared
    ? [
        `The spread between seeds is pooled: comparisons take the largest among the networks, ${pointsOf(spread.shared.std)} ` +
          `points (${degrees(spread.shared.freedom)}), where the two networks’ own seeds tell less.`,
      ]
    : []
  const apart =
    spread.apart.length > 0
      ? [
          `${list(spread.apart)} ${spread.apart.length === 1 ? 'spreads' : 'spread'} far more over the seeds than the others, ` +
            `so comparisons with ${spread.apart.length === 1 ? 'it rest' : 'them rest'} on the two networks’ own seeds (Welch).`,
        ]
      : []
  return [`${rule}${ones}.`, ...shared, ...apart]
}

function degrees(freedom: number): string {
  return `${freedom} ${freedom === 1 ? 'degree' : 'degrees'} of freedom`
}

/** Says that seeds which came later make a difference harder to find. */
function lookSentence(decisive: readonly Comparison[]): string[] {
  const most = Math.max(1, ...decisive.map(({ looks }) => looks))
  if (most === 1) return []
  return [
    `Seeds came in over ${most} sweeps: where networks could be compared before, a difference must exceed its ` +
      `${percentOf(1 - 0.05 / most)} % interval, since looking again finds more by chance.`,
  ]
}

function percentOf(level: number): string {
  return String(Number((100 * level).toFixed(1)))
}

/** Says how many more seeds would decide what these cannot. */
function seedSentence(decisive: readonly Comparison[]): string[] {
  const open = decisive.filter((pair) => pair.relation === 'inconclusive')
  const names = (pairs: readonly Comparison[]): string => list([...new Set(pairs.map((pair) => `${pair.from.name} and ${pair.to.name}`))])
  const hopeless = open.filter((pair) => pair.moreSeeds === null)
  const within = open.flatMap((pair) => pair.moreSeeds ?? [])
  const more = Math.max(0, ...within)
  return [
    ...(more > 0
      ? [
          `Too few seeds for ${names(open.filter((pair) => pair.moreSeeds !== null))}: ${more} more for each network would ` +
            'tell, if they spread as these do.',
        ]
      : []),
    ...(hopeless.length > 0 ? [`${names(hopeless)}: more than 20 further seeds would be needed to tell a difference of this size.`] : []),
  ]
}

function failureSentences(result: DepthResult): string[] {
  const notes: string[] = []
  if (result.atChance > 0 && result.atChance < result.finished)
    notes.push(`${result.name}: ${result.atChance} of ${result.finished} runs stayed at chance and is in its mean.`)
  if (result.diverged > 0 && result.finished > 0)
    notes.push(
      `${result.name}: ${result.diverged} of ${result.finished + result.diverged} runs diverged; its numbers are those of the others.`,
    )
  return notes
}

function missingSentence(results: readonly DepthResult[]): string[] {
  const missing = results.filter((result) => result.unfinished > 0)
  return missing.length > 0
    ? [`Not counted because not finished: ${missing.map((result) => `${result.name} (${result.unfinished})`).join(', ')}.`]
    : []
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
