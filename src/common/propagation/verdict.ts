import type { PropagationReport } from './propagation.ts'

/** The numbers that the verdict looks at. Null where one is not finite. */
export interface PropagationSigns {
  /** Whether every number of the passes is finite. */
  readonly finite: boolean
  /** Smallest and largest standard deviation of a layer's response. */
  readonly leastStd: number | null
  readonly largestStd: number | null
  /** Largest over smallest gradient norm of the layers' responses. */
  readonly gradientRange: number | null
  /** Smallest and largest first update of a layer's weights against their size: learning rate * gradient norm / norm. */
  readonly leastUpdate: number | null
  readonly largestUpdate: number | null
  /** Loss of the first step, mean of the last three, in nats; null where it is no number. */
  readonly firstLoss: number | null
  readonly lastLoss: number | null
  /** Loss of guessing: ln(classes). */
  readonly guessing: number
}

export function signsOf({ layers, losses, learningRate, classes }: PropagationReport): PropagationSigns {
  const stds = layers.map(({ std }) => std)
  const gradients = layers.map(({ gradientNorm }) => gradientNorm)
  const updates = layers.map(({ weightNorm, weightGradientNorm }) =>
    weightNorm === null || weightGradientNorm === null ? null : (learningRate * weightGradientNorm) / weightNorm,
  )
  const [least, largest] = [extreme(gradients, Math.min), extreme(gradients, Math.max)]
  const last = losses.slice(-3)
  return {
    finite: [...stds, ...gradients, ...updates].every((value) => value !== null),
    leastStd: extreme(stds, Math.min),
    largestStd: extreme(stds, Math.max),
    gradientRange: least === null || largest === null ? null : finite(largest / least),
    leastUpdate: extreme(updates, Math.min),
    largestUpdate: extreme(updates, Math.max),
    firstLoss: losses[0] ?? null,
    lastLoss: last.some((loss) => loss === null) ? null : finite(last.reduce<number>((sum, loss) => sum + loss!, 0) / last.length),
    guessing: Math.log(classes),
  }
}

function extreme(values: readonly (number | null)[], of: (...values: number[]) => number): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === values.length ? finite(of(...known)) : null
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** Limits of the rule, set by the trials of the first set (trials.ts). */
const verdictLimits = {
  /** Nats above guessing that the mean loss of the last three steps may reach. */
  lossAboveGuessing: 1,
  /** Of a layer's response: below, hardly any signal arrives; above, it explodes. */
  leastStd: 0.03,
  largestStd: 1e3,
  /** Of a layer's first update against its weights. */
  leastUpdate: 1e-5,
  largestUpdate: 1,
  /** How far gradient norms of the layers may be apart. */
  gradientRange: 1e3,
} as const

export interface PropagationVerdict {
  /** False: it will probably not train. True: there is no sign against it, which is less than that it will. */
  readonly trains: boolean
  /** Why not: whole sentences; none where nothing speaks against it. */
  readonly reasons: readonly string[]
}

/** Says whether anything speaks against that a design trains, and what. */
export function verdictOf(signs: PropagationSigns): PropagationVerdict {
  const reasons = rules.flatMap((rule) => rule(signs) ?? [])
  return { trains: reasons.length === 0, reasons }
}

const short = (value: number): string => String(Number(value.toPrecision(2)))

/** Each says what is wrong, or null. */
const rules: readonly ((signs: PropagationSigns) => string | null)[] = [
  ({ finite: isFinite }) => (isFinite ? null : 'Some response or gradient of the first pass is not a finite number.'),
  ({ firstLoss, lastLoss, guessing }) => {
    if (firstLoss === null) return null
    if (lastLoss === null) return 'The loss is not a number after a few steps.'
    const limit = guessing + verdictLimits.lossAboveGuessing
    return lastLoss <= limit ? null : `After a few steps the loss is ${short(lastLoss)}; guessing has ${short(guessing)}.`
  },
  ({ leastStd }) =>
    leastStd === null || leastStd >= verdictLimits.leastStd
      ? null
      : `The signal dies out: a layer's response has a standard deviation of ${short(leastStd)}.`,
  ({ largestStd }) =>
    largestStd === null || largestStd <= verdictLimits.largestStd
      ? null
      : `The signal explodes: a layer's response has a standard deviation of ${short(largestStd)}.`,
  ({ gradientRange }) =>
    gradientRange === null || gradientRange <= verdictLimits.gradientRange
      ? null
      : `Gradients of the layers' responses are ${short(gradientRange)} times apart.`,
  ({ largestUpdate }) =>
    largestUpdate === null || largestUpdate <= verdictLimits.largestUpdate
      ? null
      : `The first step would change a layer's weights by ${short(largestUpdate)} times their size.`,
  ({ largestUpdate }) =>
    largestUpdate === null || largestUpdate >= verdictLimits.leastUpdate
      ? null
      : `The first step would change no layer's weights by more than ${short(largestUpdate)} of their size.`,
]
