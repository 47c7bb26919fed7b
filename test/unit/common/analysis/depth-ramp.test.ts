import { describe, expect, it } from 'vitest'
import { depthColor, labelColor, type RampTheme } from '../../../../src/common/analysis/depth-ramp.ts'

type Triple = readonly [number, number, number]

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const deficiencies = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const

function linear(colour: string): Triple {
  const channel = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

const luminance = ([r, g, b]: Triple): number => 0.2126 * r + 0.7152 * g + 0.0722 * b

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => x - y)
  return (high! + 0.05) / (low! + 0.05)
}

function lab([r, g, b]: Triple): Triple {
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)
  const [x, y, z] = [
    f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047),
    f(luminance([r, g, b])),
    f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883),
  ]
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

function seenWith(matrix: readonly Triple[], colour: string): Triple {
  const rgb = linear(colour)
  const row = (weights: Triple): number => Math.min(1, Math.max(0, weights[0] * rgb[0] + weights[1] * rgb[1] + weights[2] * rgb[2]))
  return [row(matrix[0]!), row(matrix[1]!), row(matrix[2]!)]
}

const grounds: Record<RampTheme, readonly string[]> = { light: ['#f7f7f5', '#ffffff'], dark: ['#151619', '#1b1c20'] }
const everyDepth = Array.from({ length: 2000 }, (_, index) => index + 1)
/** Those of the paper and of small sweeps. */
const usual = [8, 14, 20, 32, 44, 56, 110, 1202]

describe.each(['light', 'dark'] as const)('the depth ramp on a %s ground', (theme) => {
  const lightness = (depth: number): number => lab(linear(depthColor(depth, theme)))[0]

  it('a deeper net has a stronger line, dark on a light ground and bright on a dark one', () => {
    for (const depth of everyDepth.slice(1)) {
      const rise = lightness(depth) - lightness(depth - 1)
      expect(theme === 'light' ? -rise : rise, `${depth} layers`).toBeGreaterThan(-0.6)
    }
    for (const [index, depth] of usual.slice(1).entries())
      expect(Math.abs(lightness(depth) - lightness(usual[index]!)), `${depth} layers in greyscale`).toBeGreaterThan(3)
  })

  it('the depth ramp keeps a contrast of 3:1 against its grounds at every depth', () => {
    for (const depth of everyDepth)
      for (const ground of grounds[theme])
        expect(contrast(depthColor(depth, theme), ground), `${depth} layers on ${ground}`).toBeGreaterThanOrEqual(3)
  })

  it('every depth is named in a colour with the contrast that text needs', () => {
    for (const depth of everyDepth)
      for (const ground of grounds[theme])
        expect(contrast(labelColor(depthColor(depth, theme), theme), ground), `${depth} layers on ${ground}`).toBeGreaterThanOrEqual(4.5)
  })

  it.each(Object.entries(deficiencies))('the depth ramp keeps the usual depths apart with %s', (_name, matrix) => {
    const seen = usual.map((depth) => lab(seenWith(matrix, depthColor(depth, theme))))
    seen.forEach((one, index) => {
      const next = seen[index + 1]
      if (next)
        expect(
          Math.hypot(one[0] - next[0], one[1] - next[1], one[2] - next[2]),
          `${usual[index]} and ${usual[index + 1]} layers`,
        ).toBeGreaterThan(9.5)
    })
  })

  it('labels in orange, purple and grey get the contrast that text needs; readable ones stay', () => {
    for (const colour of ['#ff9500', '#d2780a', '#8a5fd6', '#8c959f'])
      for (const ground of grounds[theme]) expect(contrast(labelColor(colour, theme), ground)).toBeGreaterThanOrEqual(4.5)
    const readable = theme === 'light' ? '#1f2328' : '#e9eaec'
    expect(labelColor(readable, theme)).toBe(readable)
  })
})
