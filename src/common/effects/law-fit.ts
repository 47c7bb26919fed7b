/** One run's error at a depth. */
export interface LawPoint {
  /** Weighted layers. */
  readonly layers: number
  readonly seed: number
  /** A fraction. */
  readonly error: number
}

/** power: a + b d^-c, which levels off at a; minimum: a + b (ln d - ln m)^2, least at depth m, beyond which more depth hurts. */
export const lawKinds = ['power', 'minimum'] as const
export type LawKind = (typeof lawKinds)[number]

/** Names of c and m. */
export const lawParameters = ['exponent', 'depth of the least error'] as const

export interface FittedLaw {
  readonly kind: LawKind
  /** a and b, and c of a power law or m of one with a minimum. */
  readonly a: number
  readonly b: number
  readonly third: number
  /** Sum of squared deviations. */
  readonly squares: number
  /** The error at a depth, a fraction. */
  at(layers: number): number
}

interface Law {
  readonly parameter: { readonly name: (typeof lawParameters)[number]; readonly of: (law: FittedLaw) => number }
  readonly formula: (law: FittedLaw) => string
}

const three = (value: number): string => String(Number(value.toPrecision(3)))

export const laws: Readonly<Record<LawKind, Law>> = {
  power: {
    parameter: { name: 'exponent', of: ({ third }) => third },
    formula: ({ a, b, third }) => `${three(a)} + ${three(b)} d^−${three(third)}`,
  },
  minimum: {
    parameter: { name: 'depth of the least error', of: ({ third }) => third },
    formula: ({ a, b, third }) => `${three(a)} + ${three(b)} (ln d − ln ${three(third)})²`,
  },
}

/** Exponents that are looked for: slower is a straight line in ln d, faster is over after one step of depth. */
const exponents = { least: 0.05, most: 6 }

/**
 * Fits both laws by least squares over all runs, and takes the one that leaves less; each has three parameters.
 * @param kind fits this one alone
 * @returns null where neither law can be had: b must be above 0 in both
 */
export function fitLaw(points: readonly LawPoint[], kind?: LawKind): FittedLaw | null {
  const fitted = [...(kind === 'minimum' ? [] : [powerLaw(points)]), ...(kind === 'power' ? [] : [minimumLaw(points)])].filter(
    (law) => law !== null,
  )
  return fitted.sort((one, other) => one.squares - other.squares)[0] ?? null
}

/** For a given exponent the law is a straight line in d^-c: the exponent is searched, the line computed. */
function powerLaw(points: readonly LawPoint[]): FittedLaw | null {
  const at = (exponent: number) => {
    const x = points.map(({ layers }) => layers ** -exponent)
    return { exponent, ...line(x, points) }
  }
  const steps = 60
  const grid = Array.from({ length: steps + 1 }, (_, index) => exponents.least * (exponents.most / exponents.least) ** (index / steps))
  const squares = grid.map((exponent) => at(exponent).squares)
  const best = squares.indexOf(Math.min(...squares))
  let [low, high] = [grid[Math.max(0, best - 1)]!, grid[Math.min(steps, best + 1)]!]
  const golden = (Math.sqrt(5) - 1) / 2
  while (high - low > 1e-9 * high) {
    const [one, other] = [high - golden * (high - low), low + golden * (high - low)]
    if (at(one).squares < at(other).squares) high = other
    else low = one
  }
  const { exponent, intercept: a, slope: b, squares: left } = at((low + high) / 2)
  if (!(b > 0)) return null
  return { kind: 'power', a, b, third: exponent, squares: left, at: (layers) => a + b * layers ** -exponent }
}

/** A parabola in ln d. */
function minimumLaw(points: readonly LawPoint[]): FittedLaw | null {
  const mean = points.reduce((sum, { layers }) => sum + Math.log(layers), 0) / points.length
  const x = points.map(({ layers }) => Math.log(layers) - mean)
  const y = points.map(({ error }) => error)
  const sum = (of: (index: number) => number): number => x.reduce((total, _, index) => total + of(index), 0)
  const [s1, s2, s3, s4] = [1, 2, 3, 4].map((power) => sum((index) => x[index]! ** power))
  const [t0, t1, t2] = [0, 1, 2].map((power) => sum((index) => y[index]! * x[index]! ** power))
  const solved = solve3([
    [points.length, s1!, s2!, t0!],
    [s1!, s2!, s3!, t1!],
    [s2!, s3!, s4!, t2!],
  ])
  if (!solved) return null
  const [c0, c1, b] = solved
  if (!(b > 0)) return null
  const least = -c1 / (2 * b)
  const a = c0 - b * least ** 2
  const depth = Math.exp(least + mean)
  const at = (layers: number): number => a + b * Math.log(layers / depth) ** 2
  const squares = points.reduce((total, { layers, error }) => total + (error - at(layers)) ** 2, 0)
  return Number.isFinite(depth) ? { kind: 'minimum', a, b, third: depth, squares, at } : null
}

function line(x: readonly number[], points: readonly LawPoint[]): { intercept: number; slope: number; squares: number } {
  const count = points.length
  const meanX = x.reduce((sum, value) => sum + value, 0) / count
  const meanY = points.reduce((sum, { error }) => sum + error, 0) / count
  const spread = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0)
  const slope = points.reduce((sum, { error }, index) => sum + (x[index]! - meanX) * (error - meanY), 0) / spread
  const intercept = meanY - slope * meanX
  const squares = points.reduce((sum, { error }, index) => sum + (error - intercept - slope * x[index]!) ** 2, 0)
  return { intercept, slope, squares }
}

/** Solves three equations by elimination with pivots; null where they are not independent. */
function solve3(rows: number[][]): [number, number, number] | null {
  for (let column = 0; column < 3; column++) {
    const pivot = [...rows.slice(column)].sort((one, other) => Math.abs(other[column]!) - Math.abs(one[column]!))[0]!
    if (Math.abs(pivot[column]!) < 1e-12) return null
    const from = rows.indexOf(pivot)
    ;[rows[column], rows[from]] = [rows[from]!, rows[column]!]
    for (let row = 0; row < 3; row++) {
      if (row === column) continue
      const factor = rows[row]![column]! / rows[column]![column]!
      rows[row] = rows[row]!.map((value, index) => value - factor * rows[column]![index]!)
    }
  }
  const [first, second, third] = rows.map((row, index) => row[3]! / row[index]!)
  return [first!, second!, third!]
}
