import { describe, expect, it } from 'vitest'
import { Random } from '../../../../src/common/training/random.ts'
import { withLaterDefaults, withoutLaterDefaults } from '../../../../src/common/training/recipe.ts'
import { canonicalSettings, type RunSettings } from '../../../../src/common/training/run-settings.ts'
import { resolveRecipe } from '../../../../src/common/training/recipes.ts'

describe('random numbers', () => {
  it('random numbers are the same for the same keys on every machine, and others for other keys', () => {
    const draw = (...keys: number[]) =>
      Array.from(
        { length: 3 },
        (
          (random) => () =>
            random.uint32()
        )(new Random(...keys)),
      )
    expect(draw(1, 2, 3)).toEqual(draw(1, 2, 3))
    expect(draw(1, 2, 3)).not.toEqual(draw(1, 3, 2))
    expect(draw(1)).not.toEqual(draw(1, 0))
    expect(draw(1)).toMatchInlineSnapshot(`
      [
        2116996683,
        2226864137,
        656375168,
      ]
    `)
  })

  it('random numbers are standard normal where asked: mean 0, variance 1, 4.55 % beyond two', () => {
    const random = new Random(11)
    const count = 200_000
    const values = Array.from({ length: count }, () => random.normal())
    const mean = values.reduce((sum, value) => sum + value, 0) / count
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count
    const beyond = values.filter((value) => Math.abs(value) > 2).length / count
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(count))
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / count))
    expect(Math.abs(beyond - 0.0455)).toBeLessThan(4 * Math.sqrt((0.0455 * 0.9545) / count))
  })

  it('random numbers shuffle without losing or favouring a place', () => {
    const counts = Array.from({ length: 5 }, () => [0, 0, 0, 0, 0])
    for (let seed = 0; seed < 4000; seed++) {
      const order = new Random(seed).shuffle(Uint32Array.of(0, 1, 2, 3, 4))
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4])
      order.forEach((value, place) => counts[place]![value]!++)
    }
    for (const count of counts.flat()) expect(Math.abs(count - 800)).toBeLessThan(5 * Math.sqrt(800 * 0.8))
  })
})

describe('settings', () => {
  const settings: RunSettings = {
    network: { architecture: 'cifar', family: 'plain', n: 3, shortcut: 'A', widths: [16, 32, 64], inputShape: [32, 32, 3], classes: 10 },
    dataset: { name: 'cifar10', checksum: 'c' },
    recipe: resolveRecipe('cifar10-30'),
    seed: 1,
  }

  it('are the same experiment whatever the order of their keys and the recipe’s name', () => {
    const { network, dataset, recipe, seed } = settings
    const reversed: RunSettings = { seed, recipe, dataset, network }
    expect(canonicalSettings(reversed)).toBe(canonicalSettings(settings))
    expect(canonicalSettings({ ...settings, recipe: { ...settings.recipe, name: 'mine' } })).toBe(canonicalSettings(settings))
  })

  it('settings of a run are another experiment when any number differs', () => {
    expect(canonicalSettings({ ...settings, seed: 2 })).not.toBe(canonicalSettings(settings))
    expect(canonicalSettings({ ...settings, recipe: { ...settings.recipe, weightDecay: 5e-4 } })).not.toBe(canonicalSettings(settings))
  })

  it('settings name a field later than version 0.2 only where it differs, so that runs keep their hashes', () => {
    const text = canonicalSettings(settings)
    for (const field of ['imageSize', 'scaleJitter', 'pcaShift', 'keepCheckpointEvery']) expect(text).not.toContain(field)
    const scaled = canonicalSettings({ ...settings, recipe: { ...settings.recipe, cropPadding: 0, scaleJitter: [256, 480] } })
    expect(scaled).toContain('"scaleJitter":[256,480]')
    const keeping = canonicalSettings({ ...settings, recipe: { ...settings.recipe, keepCheckpointEvery: 5 } })
    expect(keeping, 'a run without these checkpoints is not taken for one with them').not.toBe(text)
    const stored = JSON.parse(JSON.stringify(withoutLaterDefaults(settings.recipe))) as object
    expect(Object.keys(stored)).not.toContain('pcaShift')
    expect(withLaterDefaults(stored)).toEqual(settings.recipe)
  })
})
