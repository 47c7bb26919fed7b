import type { Family } from '../network/families/families.ts'
import type { ResultCheckpoint } from '../results/result-row.ts'
import { deepResidualLearning, port, review, type Source } from './source.ts'

/** A published CIFAR-10 result. Errors are fractions (0 to 1), of the test set unless said otherwise. */
export interface PublishedCifar10Result {
  /** Name in the paper: "ResNet-56", "Maxout". */
  readonly name: string
  /** The family of the 6n+2 net, null for the nets of others. */
  readonly family: Family | null
  readonly layers: number | null
  /** Exact where the net is one of ours (BN and classifier included), as published elsewhere; null when not published. */
  readonly parameters: number | null
  readonly testError: number
  /** Read off a figure, to half a point at best, instead of printed. */
  readonly readOff: boolean
  /** The text says only that the error is above this. */
  readonly above: boolean
  /** The epoch it is of: the last, or the one with the lowest test error. */
  readonly checkpoint: ResultCheckpoint
  /** Mean and standard deviation over several runs, of which the error is the best; null for a single run. */
  readonly repeated: { readonly mean: number; readonly std: number; readonly runs: number | null } | null
  readonly trainError: number | null
  readonly source: Source
}

const table6 = deepResidualLearning('Table 6')
const reproduction = review('CIFAR-10 reproduction')

/** Of section 4.2's nets, plain and residual (option A) alike, with BN and classifier. */
const parameterCounts: Readonly<Record<number, number>> = {
  20: 269_722,
  32: 464_154,
  44: 658_586,
  56: 853_018,
  110: 1_727_962,
  1202: 19_421_274,
}

type Told = Partial<Omit<PublishedCifar10Result, 'name' | 'layers' | 'testError'>>

function other(name: string, layers: number | null, testError: number, told: Told): PublishedCifar10Result {
  const usual = {
    family: null,
    parameters: null,
    readOff: false,
    above: false,
    checkpoint: 'last',
    repeated: null,
    trainError: null,
  } as const
  return { name, layers, testError, ...usual, source: table6, ...told }
}

function net(family: Family, layers: number, testError: number, told: Told = {}): PublishedCifar10Result {
  const name = `${family === 'plain' ? 'PlainNet' : 'ResNet'}-${layers}`
  return other(name, layers, testError, { family, parameters: parameterCounts[layers]!, ...told })
}

/** Table 6, residual nets (option A, 64k iterations). */
export const residualResults: readonly PublishedCifar10Result[] = [
  net('residual', 20, 0.0875),
  net('residual', 32, 0.0751),
  net('residual', 44, 0.0717),
  net('residual', 56, 0.0697),
  net('residual', 110, 0.0643, { repeated: { mean: 0.0661, std: 0.0016, runs: 5 } }),
  net('residual', 1202, 0.0793),
]

/** Table 6, nets of others. */
export const otherResults: readonly PublishedCifar10Result[] = [
  other('Maxout', null, 0.0938, {}),
  other('NIN', null, 0.0881, {}),
  other('DSN', null, 0.0822, {}),
  other('FitNet-19', 19, 0.0839, { parameters: 2_500_000 }),
  other('Highway-19', 19, 0.0754, { parameters: 2_300_000, repeated: { mean: 0.0772, std: 0.0016, runs: null } }),
  other('Highway-32', 32, 0.088, { parameters: 1_250_000 }),
]

const figure6: Told = { readOff: true, source: deepResidualLearning('Fig. 6, left, as read by a-martyn') }

/** Ends of the plain nets' curves, which the paper draws and prints nowhere. */
export const plainReadings: readonly PublishedCifar10Result[] = [
  net('plain', 20, 0.095, figure6),
  net('plain', 32, 0.1, figure6),
  net('plain', 44, 0.12, figure6),
  net('plain', 56, 0.135, figure6),
]

/** What the caption of Fig. 6 says of the plain net that it does not draw. */
export const plainTold: readonly PublishedCifar10Result[] = [
  net('plain', 110, 0.6, { above: true, source: deepResidualLearning('caption of Fig. 6') }),
]

const best = { checkpoint: 'best', source: reproduction } as const

/** The review's: its table of residual nets repeats a-martyn's best test errors; its own plain net, after 164 epochs, is of the last. */
export const reviewResults: readonly PublishedCifar10Result[] = [
  net('residual', 20, 0.08, best),
  net('residual', 32, 0.0751, best),
  net('residual', 44, 0.0738, best),
  net('plain', 20, 0.0969, { trainError: 0.0074, source: reproduction }),
]

const martyn = { checkpoint: 'best', source: port('a-martyn/resnet') } as const
const akamaster = { checkpoint: 'best', source: port('akamaster/pytorch_resnet_cifar10') } as const

/** What public ports report: the lowest test error of all epochs, chosen by the test set itself. */
export const portResults: readonly PublishedCifar10Result[] = [
  net('plain', 20, 0.095, martyn),
  net('plain', 32, 0.0992, martyn),
  net('plain', 44, 0.1135, martyn),
  net('plain', 56, 0.1276, martyn),
  net('residual', 20, 0.08, martyn),
  net('residual', 32, 0.0751, martyn),
  net('residual', 44, 0.0738, martyn),
  net('residual', 56, 0.0733, martyn),
  net('residual', 20, 0.0827, akamaster),
  net('residual', 32, 0.0737, akamaster),
  net('residual', 44, 0.069, akamaster),
  net('residual', 56, 0.0661, akamaster),
  net('residual', 110, 0.0632, akamaster),
]
