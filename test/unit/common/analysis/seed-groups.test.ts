import { expect, it } from 'vitest'
import { groupBySeed, seedGroupKey } from '../../../../src/common/analysis/seed-groups.ts'
import { recipeSchema } from '../../../../src/common/training/recipe.ts'
import type { RunSettings } from '../../../../src/common/training/run-settings.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const { settings } = sampleRun({ family: 'residual', n: 3, train: 0.1, test: 0.2 }).summary
let made = 0
const run = (changes: Partial<RunSettings>, precision: 'fp32' | 'bf16' | null = null) => ({
  settings: { ...settings, ...changes },
  settingsHash: `hash ${made++}`,
  device: precision && { kind: 'cpu' as const, name: 'CPU', threads: 1, precision },
})

it('runs that differ in their seed, or in what their recipe is called, are one group, in the order in which they came', () => {
  const runs = [
    run({ seed: 2 }),
    run({ network: { ...settings.network, n: 5 } }),
    run({ seed: 1, recipe: { ...settings.recipe, name: 'another' } }),
  ]
  expect(groupBySeed(runs).map((group) => group.runs)).toEqual([[runs[0], runs[2]], [runs[1]]])
})

it('seeds that were trained in another precision are another group, under another key', () => {
  const runs = [run({ seed: 1 }, 'fp32'), run({ seed: 2 }, 'bf16'), run({ seed: 3 }, 'fp32')]
  const groups = groupBySeed(runs)
  expect(groups.map((group) => group.runs)).toEqual([[runs[0], runs[2]], [runs[1]]])
  expect(new Set(groups.map((group) => group.key)).size).toBe(2)
})

it('the order of a recipe’s fields does not matter', () => {
  const reversed = recipeSchema.parse(settings.recipe)
  const fields = Object.fromEntries(Object.entries(reversed).reverse())
  expect(seedGroupKey({ ...run({}), settings: { ...settings, recipe: { ...reversed, ...fields } } })).toBe(seedGroupKey(run({})))
})

it('what is recomputed tells no groups apart, since it changes no number', () => {
  expect(groupBySeed([run({}), run({ recipe: { ...settings.recipe, recompute: 'blocks' }, seed: 2 })])).toHaveLength(1)
})

it('every setting of network, data set and recipe tells groups apart', () => {
  const { network, dataset, recipe } = settings
  const others: Partial<RunSettings>[] = [
    { network: { ...network, family: 'plain' } },
    { network: { ...network, n: 4 } },
    { network: { ...network, shortcut: 'B' } },
    { network: { ...network, widths: [16, 32, 65] } },
    { network: { ...network, inputShape: [32, 32, 1] } },
    { network: { ...network, classes: 11 } },
    { dataset: { ...dataset, name: 'other' } },
    { dataset: { ...dataset, checksum: 'd'.repeat(64) } },
    { recipe: { ...recipe, weightDecay: 0 } },
    { recipe: { ...recipe, milestones: [0.5] } },
    { recipe: { ...recipe, stepLogInterval: recipe.stepLogInterval + 1 } },
  ]
  expect(new Set([{}, ...others].map((change) => seedGroupKey(run(change)))).size).toBe(others.length + 1)
})
