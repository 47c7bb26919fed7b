import { identityReported } from '../paper/other-numbers.ts'
import { identitySetting, type LearnedMapping, type Mapping } from './learn-mapping.ts'

/** Loss over the seeds at one time: median and the band that holds the middle 80 %. */
export interface LossBand {
  readonly epoch: number
  readonly low: number
  readonly median: number
  readonly high: number
}

/** How one mapping was learned over all seeds. */
export interface MappingFindings {
  readonly mapping: Mapping
  /** Of epochs until the loss was below 0.01, seeds that never came there counted as slowest; null when half of them did not. */
  readonly medianEpochs: number | null
  /** Tenth and ninetieth percentile of the same; null for never. */
  readonly lowEpochs: number | null
  readonly highEpochs: number | null
  /** Seeds that never came below 0.01. */
  readonly never: number
  readonly bands: readonly LossBand[]
}

export interface IdentityFindings {
  readonly seeds: number
  /** Seeds in which zero was learned before the identity, or the identity never. */
  readonly zeroFirst: number
  readonly zero: MappingFindings
  readonly identity: MappingFindings
  readonly setting: typeof identitySetting
  readonly sentences: readonly string[]
}

/** @param learned both mappings of each seed, one seed at least */
export function identityFindings(learned: readonly LearnedMapping[]): IdentityFindings {
  const of = (mapping: Mapping) => learned.filter((one) => one.mapping === mapping)
  const [zeros, identities] = [of('zero'), of('identity')]
  const other = new Map(identities.map(({ seed, epochs }) => [seed, epochs]))
  const zeroFirst = zeros.filter(({ seed, epochs }) => epochs !== null && epochs < (other.get(seed) ?? Infinity)).length
  const findings = {
    seeds: zeros.length,
    zeroFirst,
    zero: mappingFindings('zero', zeros),
    identity: mappingFindings('identity', identities),
    setting: identitySetting,
  }
  return { ...findings, sentences: sentencesOf(findings) }
}

function mappingFindings(mapping: Mapping, learned: readonly LearnedMapping[]): MappingFindings {
  const epochs = learned.map((one) => one.epochs ?? Infinity)
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
  const bands = (learned[0]?.snapshots ?? []).map(({ epoch }, index): LossBand => {
    const losses = learned.map(({ snapshots }) => snapshots[index]!.loss)
    return { epoch, low: percentile(losses, 0.1), median: percentile(losses, 0.5), high: percentile(losses, 0.9) }
  })
  return {
    mapping,
    medianEpochs: finite(percentile(epochs, 0.5)),
    lowEpochs: finite(percentile(epochs, 0.1)),
    highEpochs: finite(percentile(epochs, 0.9)),
    never: epochs.filter((each) => each === Infinity).length,
    bands,
  }
}

/** Interpolates between sorted values, as numpy does; infinite where one of the two is. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = share * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!]
  return low === high ? low : low + (at - Math.floor(at)) * (high - low)
}

/** "3.5 epochs (2.1 to 4.8)". */
export function epochWords({ medianEpochs, lowEpochs, highEpochs }: MappingFindings): string {
  if (medianEpochs === null) return 'never in half of the seeds or more'
  const end = highEpochs === null ? 'never' : highEpochs.toFixed(1)
  return `${medianEpochs.toFixed(1)} epochs (${(lowEpochs ?? medianEpochs).toFixed(1)} to ${end})`
}

function sentencesOf({ seeds, zeroFirst, zero, identity, setting }: Omit<IdentityFindings, 'sentences'>): string[] {
  const never = [zero, identity].filter((each) => each.never > 0).map((each) => `${each.mapping} in ${each.never}`)
  return [
    `One layer learns to give zeros before it learns to give its input in ${zeroFirst} of ${seeds} seeds.`,
    `Median time until the loss is below ${setting.learnedLoss}, with the middle 80 % of the seeds: zeros ${epochWords(zero)}, ` +
      `input ${epochWords(identity)}. ` +
      `The review has about ${identityReported.zeroEpochs} and ${identityReported.identityEpochs}; our batch and learning rate were ` +
      'chosen knowing these times, so only which comes first is a finding.',
    'A block with a shortcut is the identity once its layers give zeros; one without must learn its input itself.',
    ...(never.length > 0 ? [`Not learned in ${setting.mostEpochs} epochs: ${never.join(', ')} of ${seeds} seeds.`] : []),
  ]
}
