/** A name beside the point that it belongs to, pixels. */
export interface WantedLabel {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export interface Dot {
  readonly x: number
  readonly y: number
  /** Cost of covering it: 1 for a piece of a line. */
  readonly weight: number
}

/** Distance between a point and its name. */
const near = 6
/** Distances at which room is looked for; from `far` on a thin line leads to the name. */
const distances = [0, 7, 14, 22, 32, 44, 58, 76, 98, 124] as const
export const far = 14
/** Directions in the order in which a reader expects the name. */
const directions = [
  [1, 0],
  [0.8, -0.7],
  [0.8, 0.7],
  [0, -1],
  [0, 1],
  [-1, 0],
  [-0.8, -0.7],
  [-0.8, 0.7],
] as const

/**
 * Finds a position for each name: beside its point, on no other name, on as little of the drawing as possible.
 * @param dots what should not be covered
 * @param farthest from the point to its name, pixels
 * @returns null where there is no room inside the bounds
 */
export function positionLabels(wanted: readonly WantedLabel[], dots: readonly Dot[], bounds: Box, farthest: number): (Box | null)[] {
  const taken: Box[] = []
  return wanted.map((label) => {
    let best: { box: Box; cost: number } | null = null
    for (const distance of distances) {
      if (distance > farthest) break
      // What is farther away cannot be better than what was found.
      if (best && best.cost <= distance * distanceCost) break
      for (const [index, direction] of directions.entries()) {
        const box = boxAt(label, direction, distance)
        if (!inside(box, bounds) || taken.some((other) => overlap(box, other))) continue
        const cost = distance * distanceCost + index * 0.3 + covered(box, dots)
        if (!best || cost < best.cost) best = { box, cost }
      }
    }
    if (best) taken.push(best.box)
    return best?.box ?? null
  })
}

/** Pieces of line that a name may cover to lie one pixel nearer. */
const distanceCost = 0.35

function boxAt({ x, y, width, height }: WantedLabel, [dx, dy]: (typeof directions)[number], distance: number): Box {
  const reach = near + distance
  const left = dx === 0 ? x - width / 2 : dx > 0 ? x + dx * reach : x + dx * reach - width
  const top = dy === 0 ? y - height / 2 : dy > 0 ? y + dy * reach : y + dy * reach - height
  return { left, right: left + width, top, bottom: top + height }
}

function covered(box: Box, dots: readonly Dot[]): number {
  let sum = 0
  for (const { x, y, weight } of dots) if (x > box.left - 1 && x < box.right + 1 && y > box.top && y < box.bottom) sum += weight
  return sum
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right + 2 && b.left < a.right + 2 && a.top < b.bottom && b.top < a.bottom
}

function inside(box: Box, bounds: Box): boolean {
  return box.left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top && box.bottom <= bounds.bottom
}
