import { pointsOf } from '../analysis/error-words.ts'
import { fewestSignFlips } from './difference-test.ts'
import type { Effect, EffectSide } from './effect.ts'
import { familywiseError } from './effect.ts'
import { fewestSeeds } from './seeds-to-settle.ts'

/** "p = 0.013", "p < 0.001". */
export function pWords(pValue: number | null): string {
  if (pValue === null) return '–'
  return pValue < 0.001 ? '< 0.001' : pValue.toFixed(3)
}

/** "+1.20", in points. */
export function signedPoints(fraction: number): string {
  return `${fraction < 0 ? '−' : '+'}${pointsOf(Math.abs(fraction))}`
}

/** "5 pairs", "5 and 4 seeds". */
export function seedWords({ method, from, to, signFlipPValue }: Pick<Effect, 'method' | 'from' | 'to' | 'signFlipPValue'>): string {
  if (method === 'paired-t' || signFlipPValue !== null) return `${from.seeds} pairs`
  return from.seeds === to.seeds ? `${from.seeds} each` : `${from.seeds} and ${to.seeds}`
}

/** "5.10 ± 0.21", percent. */
export function sideWords({ mean, std }: Pick<EffectSide, 'mean' | 'std'>): string {
  return `${(mean * 100).toFixed(2)}${std === null ? '' : ` ± ${(std * 100).toFixed(2)}`}`
}

/** The 95 % interval: "−2.10 to −0.30". */
export function intervalWords({ difference, interval }: Pick<Effect, 'difference' | 'interval'>): string {
  return interval === null ? '–' : `${signedPoints(difference - interval)} to ${signedPoints(difference + interval)}`
}

/** "1.20": Hedges' g, with its sign. */
export function sizeWords({ hedgesG }: Pick<Effect, 'hedgesG'>): string {
  return hedgesG === null ? '–' : `${hedgesG < 0 ? '−' : '+'}${Math.abs(hedgesG).toFixed(Math.abs(hedgesG) < 100 ? 2 : 0)}`
}

/** Titles of the numbers between the name of a comparison and its finding, see {@link effectCells}. */
export const effectTitles = ['from', 'to', 'points', '95 %', 'Hedges’ g', 'seeds', 'p', 'p, Holm'] as const

/** A comparison as the cells of a row: its name, its numbers under {@link effectTitles}, its finding. */
export function effectCells(effect: Effect): string[] {
  return [
    effect.name,
    sideWords(effect.from),
    sideWords(effect.to),
    signedPoints(effect.difference),
    intervalWords(effect),
    sizeWords(effect),
    seedWords(effect),
    pWords(effect.pValue),
    pWords(effect.correctedPValue),
    effect.words,
  ]
}

/** The finding of one comparison in a few words. */
export function effectWords(effect: Omit<Effect, 'words'>, smallest: number): string {
  const { relation, difference } = effect
  switch (relation) {
    case 'higher':
    case 'lower': {
      const small = Math.abs(difference) < smallest ? `, by less than ${pointsOf(smallest)} points` : ''
      return `${relation}${small}`
    }
    case 'negligible':
      return `no difference of ${pointsOf(smallest)} points or more`
    case 'open':
      return `open; ${settlingWords(effect)}`
    case 'untested':
      return `untested; ${effect.moreSeeds === null ? 'its seeds do not spread, which no test can judge' : settlingWords(effect)}`
  }
}

/** "3 more seeds would settle it". */
function settlingWords({ moreSeeds, from, to }: Pick<Effect, 'moreSeeds' | 'from' | 'to'>): string {
  if (Math.min(from.seeds, to.seeds) < fewestSeeds) return `it takes ${fewestSeeds} seeds each to know a spread`
  if (moreSeeds === null) return '20 more seeds may not be enough'
  return `${moreSeeds} more ${moreSeeds === 1 ? 'seed' : 'seeds'} would settle it`
}

interface LeftOut {
  readonly network: string
  readonly values: readonly unknown[]
  readonly diverged: number
  readonly unfinished: number
}

/** Says how the table is to be read, and which runs are not in it. */
export function tableNotes(effects: readonly Effect[], networks: readonly LeftOut[], smallest: number): string[] {
  if (effects.length === 0) return []
  const tested = effects.filter(({ pValue }) => pValue !== null).length
  const diverged = networks.filter((network) => network.diverged > 0)
  const unfinished = networks.filter((network) => network.unfinished > 0)
  return [
    ...(tested > 1
      ? [
          `A difference is found where p is at most ${familywiseError} after Holm’s correction for ${tested} comparisons; ` +
            'intervals are of each comparison by itself.',
        ]
      : []),
    ...lookNotes(effects),
    `A difference is ruled out where its 95 % interval holds no difference of ${pointsOf(smallest)} points.`,
    ...methodNotes(effects),
    ...(effects.some(({ moreSeeds }) => (moreSeeds ?? 0) > 0)
      ? ['“More seeds” are for each of the two networks, and meant to be added at once: each further look makes p larger.']
      : []),
    ...(diverged.length > 0
      ? [`Not in any number: ${diverged.map((one) => `${one.diverged} of ${one.network} diverged`).join(', ')}.`]
      : []),
    ...(unfinished.length > 0 ? [`Not finished: ${unfinished.map((one) => `${one.network} (${one.unfinished})`).join(', ')}.`] : []),
  ]
}

function lookNotes(effects: readonly Effect[]): string[] {
  const again = effects.filter(({ looks }) => looks > 1)
  if (again.length === 0) return []
  const most = Math.max(...again.map(({ looks }) => looks))
  const which = again.length === effects.length ? 'all of them' : `${again.length} of them`
  return [
    `Seeds came in over several sweeps, so that ${which} could be looked at before: the corrected p counts ${most} looks` +
      `${again.some(({ looks }) => looks !== most) ? ' at most' : ''}. A question that is written down first needs no such correction.`,
  ]
}

const welchWords = 'Welch’s t test with the degrees of freedom of the network with fewer seeds'

function methodNotes(effects: readonly Effect[]): string[] {
  const paired = effects.filter(({ method }) => method === 'paired-t')
  const welch = effects.some(({ method }) => method === 'welch-t')
  const few = paired.filter(({ from }) => from.seeds < fewestSignFlips)
  const apart = paired.filter(
    ({ pValue, signFlipPValue, from }) =>
      from.seeds >= fewestSignFlips && signFlipPValue !== null && signFlipPValue <= familywiseError !== (pValue ?? 1) <= familywiseError,
  )
  return [
    ...(paired.length > 0
      ? [`Paired t test over the seeds that both networks have${welch ? `; where these are too few, ${welchWords}` : ''}.`]
      : []),
    ...(paired.length === 0 && welch ? [`Too few seeds are shared for pairs: ${welchWords}.`] : []),
    ...(few.length > 0
      ? [
          `With under ${fewestSignFlips} pairs a sign-flip test cannot come below p = 0.05; ` +
            'the t test takes differences to be roughly normal.',
        ]
      : []),
    ...(apart.length > 0
      ? [
          `Sign-flip tests, which take no distribution for granted, disagree and are the better choice here: ` +
            `${apart.map(({ name, signFlipPValue }) => `${name} (p = ${pWords(signFlipPValue)}, uncorrected)`).join('; ')}.`,
        ]
      : []),
  ]
}
