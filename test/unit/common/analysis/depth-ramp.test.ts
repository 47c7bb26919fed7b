import { describe, expect, it } from 'vitest'
import { depthColor, depthRamp, type RampTheme } from '../../../../src/common/analysis/depth-ramp.ts'

type Triple = readonly [number, number, number]

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const deficiencies = {
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
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
  const [x, y, z] = [f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047), f(luminance([r, g, b])), f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)]
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

function seenWith(matrix: readonly Triple[], colour: string): Triple {
  const rgb = linear(colour)
  const row = (weights: Triple): number => Math.min(1, Math.max(0, weights[0] * rgb[0] + weights[1] * rgb[1] + weights[2] * rgb[2]))
  return [row(matrix[0]!), row(matrix[1]!), row(matrix[2]!)]
}

const grounds: Record<RampTheme, readonly string[]> = { light: ['#f7f7f5', '#ffffff'], dark: ['#151619', '#1b1c20'] }
const colours = (theme: RampTheme, total: number): string[] => Array.from({ length: total }, (_, rank) => depthColor(rank, total, theme))

describe.each(['light', 'dark'] as const)('the depth ramp on a %s ground', (theme) => {
  it('gets darker with depth', () => {
    const lightness = colours(theme, 9).map((colour) => luminance(linear(colour)))
    expect(lightness).toEqual([...lightness].sort((a, b) => b - a))
  })

  it('keeps 3:1 against its grounds', () => {
    for (const colour of colours(theme, 9)) for (const ground of grounds[theme]) expect(contrast(colour, ground), `${colour} on ${ground}`).toBeGreaterThanOrEqual(3)
  })

  it.each(Object.entries(deficiencies))('keeps five depths apart with %s', (_name, matrix) => {
    const seen = colours(theme, 5).map((colour) => lab(seenWith(matrix, colour)))
    seen.forEach((one, index) => {
      const next = seen[index + 1]
      if (next) expect(Math.hypot(one[0] - next[0], one[1] - next[1], one[2] - next[2])).toBeGreaterThan(15)
    })
  })
})

describe('the colours of depths on paper', () => {
  it('depend on the order of the depths and not of the list', () => {
    expect(depthRamp([56, 20, 110])).toEqual(depthRamp([20, 110, 56, 20]))
    expect(depthRamp([56, 20, 110]).get(20)).toBe(depthColor(0, 3, 'light'))
  })
})
