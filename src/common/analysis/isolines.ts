/** A point of a line in units of cells: x counts columns, y rows, 0 at the first one's centre. */
export interface IsolinePoint {
  readonly x: number
  readonly y: number
}

/**
 * Finds the lines along which values on a grid equal a level, by marching squares: linear between neighbours, saddles parted by the
 * square's mean. Squares with a corner that is no number are left out.
 * @param values [rows][columns]
 * @param logarithmic values are taken by their logarithms: all are above 0 then
 * @returns lines from border to border, or closed, whose last point is then the first
 */
export function isolines(values: readonly (readonly (number | null)[])[], level: number, logarithmic = false): IsolinePoint[][] {
  const columns = values[0]?.length ?? 0
  const links = new Map<number, { point: IsolinePoint; next: number[] }>()
  const link = (from: Crossing, to: Crossing): void => {
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      const known = links.get(one.edge)
      if (known) known.next.push(other.edge)
      else links.set(one.edge, { point: one.point, next: [other.edge] })
    }
  }
  for (let row = 0; row + 1 < values.length; row++)
    for (let column = 0; column + 1 < columns; column++)
      for (const [from, to] of segments(values, row, column, level, logarithmic)) link(from, to)
  return joined(links)
}

/** Where a line crosses the edge between two neighbours. */
interface Crossing {
  /** Twice the number of the edge's first cell, and 1 more where it leads to the next row. */
  readonly edge: number
  readonly point: IsolinePoint
}

function segments(
  values: readonly (readonly (number | null)[])[],
  row: number,
  column: number,
  level: number,
  logarithmic: boolean,
): (readonly [Crossing, Crossing])[] {
  const corner = (down: number, right: number): number => values[row + down]![column + right] ?? NaN
  const [a, b, c, d] = [corner(0, 0), corner(0, 1), corner(1, 1), corner(1, 0)]
  if (![a, b, c, d].every(Number.isFinite)) return []
  const columns = values[0]!.length
  const scaled = logarithmic ? Math.log : (value: number): number => value
  const share = (from: number, to: number): number => (scaled(level) - scaled(from)) / (scaled(to) - scaled(from))
  const crossing = (down: number, right: number, vertical: boolean, from: number, to: number): Crossing[] => {
    if (from >= level === to >= level) return []
    const at = share(from, to)
    return [
      {
        edge: 2 * ((row + down) * columns + column + right) + (vertical ? 1 : 0),
        point: { x: column + right + (vertical ? 0 : at), y: row + down + (vertical ? at : 0) },
      },
    ]
  }
  const [top, right, bottom, left] = [
    crossing(0, 0, false, a, b),
    crossing(0, 1, true, b, c),
    crossing(1, 0, false, d, c),
    crossing(0, 0, true, a, d),
  ] as const
  const found = [...top, ...right, ...bottom, ...left]
  if (found.length === 2) return [[found[0]!, found[1]!]]
  if (found.length < 4) return []
  const highMiddle = (a + b + c + d) / 4 >= level
  return highMiddle === a >= level
    ? [
        [top[0]!, right[0]!],
        [bottom[0]!, left[0]!],
      ]
    : [
        [top[0]!, left[0]!],
        [right[0]!, bottom[0]!],
      ]
}

/** Strings linked crossings together: first those that end at a border, then those that are left, which are closed. */
function joined(links: Map<number, { point: IsolinePoint; next: number[] }>): IsolinePoint[][] {
  const lines: IsolinePoint[][] = []
  const ends = [...links].filter(([, { next }]) => next.length === 1).map(([edge]) => edge)
  for (const start of [...ends, ...links.keys()]) {
    const first = links.get(start)
    if (!first) continue
    const line: IsolinePoint[] = []
    const closed = first.next.length > 1
    for (let edge: number | undefined = start; edge !== undefined;) {
      const found: { point: IsolinePoint; next: number[] } = links.get(edge)!
      line.push(found.point)
      links.delete(edge)
      edge = found.next.find((other) => links.has(other))
    }
    if (closed) line.push(first.point)
    lines.push(line)
  }
  return lines
}
