import { cifar } from '../network/architectures/cifar.ts'
import { type NetworkDesign, depthOf, designAt, labelOf } from '../network/design.ts'
import type { Family } from '../network/families/families.ts'
import { deepResidualLearning, review, type Source } from './source.ts'

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
  /** Mean and standard deviation over several runs, where published. */
  readonly repeated: { readonly mean: number; readonly std: number; readonly runs: number | null } | null
  readonly trainError: number | null
  readonly source: Source
}

const table6 = deepResidualLearning('Table 6')
const reproduction = review('CIFAR-10 reproduction')

function resnet(
  layers: number,
  parameters: number,
  testError: number,
  repeated: PublishedCifar10Result['repeated'] = null,
): PublishedCifar10Result {
  return { name: `ResNet-${layers}`, family: 'residual', layers, parameters, testError, repeated, trainError: null, source: table6 }
}

function other(
  name: string,
  layers: number | null,
  parameters: number | null,
  testError: number,
  repeated: PublishedCifar10Result['repeated'] = null,
): PublishedCifar10Result {
  return { name, family: null, layers, parameters, testError, repeated, trainError: null, source: table6 }
}

/** Table 6, residual nets (option A, 64k iterations). Parameter counts are those of section 4.2's nets with BN and classifier. */
export const residualResults: readonly PublishedCifar10Result[] = [
  resnet(20, 269_722, 0.0875),
  resnet(32, 464_154, 0.0751),
  resnet(44, 658_586, 0.0717),
  resnet(56, 853_018, 0.0697),
  resnet(110, 1_727_962, 0.0643, { mean: 0.0661, std: 0.0016, runs: 5 }),
  resnet(1202, 19_421_274, 0.0793),
]

/** Table 6, nets of others. */
export const otherResults: readonly PublishedCifar10Result[] = [
  other('Maxout', null, null, 0.0938),
  other('NIN', null, null, 0.0881),
  other('DSN', null, null, 0.0822),
  other('FitNet-19', 19, 2_500_000, 0.0839),
  other('Highway-19', 19, 2_300_000, 0.0754, { mean: 0.0772, std: 0.0016, runs: null }),
  other('Highway-32', 32, 1_250_000, 0.088),
]

/** The review's own runs: 164 epochs, best test error (not the last epoch's). */
export const reviewResults: readonly PublishedCifar10Result[] = [
  { ...resnet(20, 269_722, 0.08), source: reproduction },
  { ...resnet(32, 464_154, 0.0751), source: reproduction },
  { ...resnet(44, 658_586, 0.0738), source: reproduction },
  { ...resnet(20, 269_722, 0.0969), name: 'PlainNet-20', family: 'plain', trainError: 0.0074, source: reproduction },
]

/** The published value of just this network, from the paper where it has one, else from the review; null when there is none. */
export function publishedTestError(design: NetworkDesign): PublishedCifar10Result | null {
  const depth = depthOf(design)
  const usual = cifar.hasDepth(depth, {})
    ? designAt('cifar', { family: design.family, depth, shortcut: 'A', inputShape: [32, 32, 3], classes: 10 })
    : null
  const same =
    usual !== null &&
    labelOf(usual) === labelOf(design) &&
    design.architecture === usual.architecture &&
    design.classes === usual.classes &&
    String(design.inputShape) === String(usual.inputShape)
  const matches = (result: PublishedCifar10Result) => result.family === design.family && result.layers === depth
  return same ? (residualResults.find(matches) ?? reviewResults.find(matches) ?? null) : null
}

/** Published values to draw beside these networks' curves, percent, each with its name: "56: 6.97, paper". */
export function publishedLevels(designs: readonly NetworkDesign[]): { y: number; label: string }[] {
  const results = new Set(designs.flatMap((design) => publishedTestError(design) ?? []))
  return [...results].map(({ layers, testError, source }) => ({
    y: testError * 100,
    label: `${layers}: ${(testError * 100).toFixed(2)}, ${source.work === table6.work ? 'paper' : 'review’s best'}`,
  }))
}
