import { describe, expect, it } from 'vitest'
import { channelsOf } from '../../../../src/common/analysis/hex-colour.ts'
import { contourColour, noValueColour, positionOn, rampColour, valueColour } from '../../../../src/common/analysis/value-ramp.ts'

const luminance = (colour: string) => {
  const [red, green, blue] = channelsOf(colour).map((value) => (value / 255) ** 2.2)
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

describe('the colours of heat maps', () => {
  it('colours of heat maps grow lighter from the low end to the high end', () => {
    const steps = Array.from({ length: 50 }, (_, index) => luminance(rampColour(index / 49)))
    steps.slice(1).forEach((value, index) => expect(value).toBeGreaterThan(steps[index]!))
  })

  it('values beyond the ends of a scale take an end’s colour, and what is no number is grey', () => {
    const scale = { min: 0.1, max: 10, logarithmic: true }
    expect(valueColour(scale, -5)).toBe(rampColour(0))
    expect(valueColour(scale, 500)).toBe(rampColour(1))
    expect(valueColour(scale, null)).toBe(noValueColour)
    expect(positionOn(scale, 1)).toBeCloseTo(0.5, 12)
  })

  it.each(['light', 'dark'] as const)('contours without filled cells have a contrast of 1.5 and more on a %s ground', (theme) => {
    const ground = luminance(theme === 'light' ? '#ffffff' : '#1b1c20')
    for (let share = 0; share <= 1; share += 0.05) {
      const line = luminance(contourColour({ min: 0, max: 1, logarithmic: false }, share, theme))
      const [low, high] = [line, ground].sort((a, b) => a - b)
      expect((high! + 0.05) / (low! + 0.05)).toBeGreaterThan(1.5)
    }
  })
})
