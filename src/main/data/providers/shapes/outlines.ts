/**
 * The ten outlines of shapes-10 as signed distances: negative inside, positive outside, about 1 in size.
 * Only + - * / sqrt abs min max, which IEEE 754 rounds alike everywhere, so that the images are the same on every
 * platform. Every outline equals a rotation of its own mirror image, since training flips images.
 */
export type Outline = (x: number, y: number) => number

const box = (x: number, y: number, halfWidth: number, halfHeight: number) => Math.max(Math.abs(x) - halfWidth, Math.abs(y) - halfHeight)
const disc = (x: number, y: number, radius: number) => Math.sqrt(x * x + y * y) - radius

const halfSqrt3 = Math.sqrt(3) / 2
/** Cosine and sine of 36 and 72 degrees, the normals of a pentagram's edges. */
const cos36 = 0.8090169943749475
const sin36 = 0.5877852522924731
const cos72 = 0.30901699437494745
const sin72 = 0.9510565162951535

/** A pentagram is inside at least four of its five edge lines; the second largest edge distance is its distance. */
function star(x: number, y: number): number {
  const inradius = 0.4
  const side = Math.abs(x)
  const edges = [y, cos72 * y + sin72 * side, cos72 * y - sin72 * side, -cos36 * y + sin36 * side, -cos36 * y - sin36 * side]
  let largest = -Infinity
  let second = -Infinity
  for (const edge of edges) {
    if (edge > largest) {
      second = largest
      largest = edge
    } else if (edge > second) second = edge
  }
  return second - inradius
}

export const outlines: readonly { name: string; distance: Outline }[] = [
  { name: 'disc', distance: (x, y) => disc(x, y, 0.85) },
  { name: 'ring', distance: (x, y) => Math.abs(disc(x, y, 0.72)) - 0.21 },
  { name: 'square', distance: (x, y) => box(x, y, 0.74, 0.74) },
  { name: 'triangle', distance: (x, y) => Math.max(y, halfSqrt3 * Math.abs(x) - y / 2) - 0.5 },
  { name: 'cross', distance: (x, y) => Math.min(box(x, y, 1, 0.27), box(x, y, 0.27, 1)) },
  { name: 'star', distance: star },
  { name: 'crescent', distance: (x, y) => Math.max(disc(x, y, 0.92), -disc(x - 0.5, y, 0.72)) },
  { name: 'bars', distance: (x, y) => box(Math.abs(Math.abs(x) - 0.35) - 0.35, y, 0.17, 0.9) },
  { name: 'dots', distance: (x, y) => disc(Math.abs(x) - 0.55, y, 0.42) },
  { name: 'hourglass', distance: (x, y) => Math.max(Math.abs(y) - 0.85, (Math.abs(x) - Math.abs(y)) * 0.75) },
]
