import type { PropagationReport } from './propagation.ts'
import type { PropagationVerdict } from './verdict.ts'

/** For tables and notes. That nothing speaks against training does not mean that a design trains: of those told so many did not. */
export function verdictWords({ trains }: PropagationVerdict): string {
  return trains ? 'no sign against training' : 'will probably not train'
}

/** What went through the network, as a sentence. */
export function sourceWords({ images, seed, losses }: PropagationReport): string {
  const what = images.source === 'data' ? `${images.count} training images` : `${images.count} images of noise (the data set is not here)`
  const steps = losses.length === 0 ? '' : `; then ${losses.length} ${losses.length === 1 ? 'step' : 'steps'} of ${images.stepBatchSize}`
  return `${what} in batches of ${images.batchSize} through weights drawn from seed ${seed}${steps}.`
}

/** Numbers of a report that people look at first. */
export interface PropagationFacts {
  /** Of the responses, first and last layer before the classifier. */
  readonly std: readonly [number | null, number | null]
  readonly gradientNorm: readonly [number | null, number | null]
  /** Largest share of dead channels in a ReLU, 0 to 1. */
  readonly dead: number | null
  readonly firstLoss: number | null
  readonly lastLoss: number | null
}

export function factsOf({ layers, rectifiers, losses }: PropagationReport): PropagationFacts {
  const [first, last] = [layers[0]!, layers.at(-2) ?? layers[0]!]
  const dead = rectifiers.map((each) => each.dead)
  return {
    std: [first.std, last.std],
    gradientNorm: [first.gradientNorm, last.gradientNorm],
    dead: dead.includes(null) ? null : Math.max(0, ...dead.map((share) => share!)),
    firstLoss: losses[0] ?? null,
    lastLoss: losses.at(-1) ?? null,
  }
}

/** "1.2" or "3.4e-7"; "not finite" for what is no number. */
export function signalNumber(value: number | null): string {
  if (value === null) return 'not finite'
  return value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e4) ? value.toExponential(1) : String(Number(value.toPrecision(3)))
}
