import type { Random } from '../../../../common/training/random.ts'
import type { Outline } from './outlines.ts'

export const imageSide = 32
const channels = 3

/**
 * What makes an image hard, in pixels and in grey levels of 0..255. Tuned so that a linear classifier on pixels stays
 * far above 50 % error while a residual net of n = 1 gets below 10 % in a few epochs of 5,000 images.
 */
const difficulty = {
  radius: [8, 11.5],
  /** Largest distance of the shape's centre from the image's. */
  shift: 4,
  /** Smallest distance in brightness, summed over channels, of the light shape from its dark ground. */
  contrast: 160,
  textureAmplitude: 22,
  gradientAmplitude: 30,
  clutter: [2, 4],
  noise: 18,
} as const

type Color = readonly [number, number, number]

const between = (random: Random, low: number, high: number) => low + (high - low) * random.uniform()
const color = (random: Random): Color => [between(random, 20, 235), between(random, 20, 235), between(random, 20, 235)]
const brightness = (c: Color) => c[0] + c[1] + c[2]

/** Draws a dark and a light colour. */
function colors(random: Random): readonly [dark: Color, light: Color] {
  for (;;) {
    const a = color(random)
    const b = color(random)
    const difference = brightness(a) - brightness(b)
    if (Math.abs(difference) >= difficulty.contrast) return difference < 0 ? [a, b] : [b, a]
  }
}

/** Draws a random direction without trigonometry: a rational point of the unit circle, then a rotation by a multiple of 90 degrees. */
function direction(random: Random): readonly [cos: number, sin: number] {
  const t = between(random, -0.41421356, 0.41421356)
  const cos = (1 - t * t) / (1 + t * t)
  const sin = (2 * t) / (1 + t * t)
  const quarter = random.below(4)
  if (quarter === 0) return [cos, sin]
  if (quarter === 1) return [-sin, cos]
  if (quarter === 2) return [-cos, -sin]
  return [sin, -cos]
}

/** Makes stripes of random direction and width: a triangle wave in -1..1. */
function stripes(random: Random): (x: number, y: number) => number {
  const [cos, sin] = direction(random)
  const period = between(random, 2.5, 9)
  const phase = random.uniform()
  return (x, y) => {
    const turns = (x * cos + y * sin) / period + phase
    return 4 * Math.abs(turns - Math.floor(turns) - 0.5) - 1
  }
}

/** Computes the share of a pixel that lies inside, from its centre's signed distance in pixels. */
const coverage = (distance: number) => Math.min(1, Math.max(0, 0.5 - distance))

/** Writes one image of the outline, uint8 [32, 32, 3], into `pixels` at `offset`. */
export function drawShape(outline: Outline, random: Random, pixels: Uint8Array, offset: number): void {
  const canvas = new Float64Array(imageSide * imageSide * channels)
  const [background, foreground] = colors(random)

  paintGround(canvas, background, random)
  const clutter = difficulty.clutter[0] + random.below(difficulty.clutter[1] - difficulty.clutter[0] + 1)
  for (let piece = 0; piece < clutter; piece++) paintClutter(canvas, random)
  paintOutline(canvas, outline, foreground, random)
  // One piece lies over the shape's plane, so that outlines are now and then broken.
  paintClutter(canvas, random)

  for (let i = 0; i < canvas.length; i++) {
    const noise = (random.uniform() + random.uniform() - 1) * difficulty.noise
    pixels[offset + i] = Math.min(255, Math.max(0, Math.round(canvas[i]! + noise)))
  }
}

function paintGround(canvas: Float64Array, base: Color, random: Random): void {
  const texture = stripes(random)
  const amplitude = between(random, 0, difficulty.textureAmplitude)
  const [cos, sin] = direction(random)
  const gradient = between(random, 0, difficulty.gradientAmplitude) / (imageSide / 2)
  eachPixel((x, y, at) => {
    const shade = texture(x, y) * amplitude + (x * cos + y * sin) * gradient
    for (let c = 0; c < channels; c++) canvas[at + c] = base[c]! + shade
  })
}

function paintOutline(canvas: Float64Array, outline: Outline, fill: Color, random: Random): void {
  const radius = between(random, difficulty.radius[0], difficulty.radius[1])
  const centreX = between(random, -difficulty.shift, difficulty.shift)
  const centreY = between(random, -difficulty.shift, difficulty.shift)
  const [cos, sin] = direction(random)
  const texture = stripes(random)
  const amplitude = between(random, 0, difficulty.textureAmplitude)
  eachPixel((x, y, at) => {
    const dx = (x - centreX) / radius
    const dy = (y - centreY) / radius
    const share = coverage(outline(dx * cos + dy * sin, dy * cos - dx * sin) * radius)
    if (share > 0) blend(canvas, at, fill, texture(x, y) * amplitude, share)
  })
}

/** Paints a short stroke of random colour, position and direction: too small to be one of the shapes. */
function paintClutter(canvas: Float64Array, random: Random): void {
  const fill = color(random)
  const halfLength = between(random, 0, 3.5)
  const halfWidth = between(random, 0.6, 1.4)
  const centreX = between(random, -imageSide / 2, imageSide / 2)
  const centreY = between(random, -imageSide / 2, imageSide / 2)
  const [cos, sin] = direction(random)
  eachPixel((x, y, at) => {
    const dx = x - centreX
    const dy = y - centreY
    const along = Math.max(0, Math.abs(dx * cos + dy * sin) - halfLength)
    const across = dy * cos - dx * sin
    const share = coverage(Math.sqrt(along * along + across * across) - halfWidth)
    if (share > 0) blend(canvas, at, fill, 0, share)
  })
}

function blend(canvas: Float64Array, at: number, fill: Color, shade: number, share: number): void {
  for (let c = 0; c < channels; c++) canvas[at + c] = canvas[at + c]! * (1 - share) + (fill[c]! + shade) * share
}

/** Visits each pixel with its centre relative to the image's centre and the index of its first channel. */
function eachPixel(visit: (x: number, y: number, at: number) => void): void {
  for (let row = 0; row < imageSide; row++) {
    for (let column = 0; column < imageSide; column++) {
      visit(column - (imageSide - 1) / 2, row - (imageSide - 1) / 2, (row * imageSide + column) * channels)
    }
  }
}
