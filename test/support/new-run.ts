import { labelOf, resolveDesign } from '../../src/common/network/design.ts'
import { resolveRecipe } from '../../src/common/training/recipes.ts'
import type { RunSettings } from '../../src/common/training/run-settings.ts'
import type { NewRun } from '../../src/main/store/runs.ts'

/** Settings of a small net on shapes-10. */
export function settingsOf(changes: { family?: 'plain' | 'residual'; n?: number; seed?: number; dataset?: string } = {}): RunSettings {
  const { family = 'residual', n = 1, seed = 1, dataset = 'shapes-10' } = changes
  return {
    network: resolveDesign({ family, n, shortcut: 'A', widths: [16, 32, 64], inputShape: [32, 32, 3], classes: 10 }),
    dataset: { name: dataset, checksum: 'a'.repeat(64) },
    recipe: resolveRecipe('demo'),
    seed,
  }
}

/** A run as the planner hands it to the store. */
export function newRun(changes: Partial<NewRun> & { settings?: RunSettings } = {}): NewRun {
  const settings = changes.settings ?? settingsOf()
  return {
    sweepId: null,
    name: `${labelOf(settings.network)}, seed ${settings.seed}`,
    settings,
    settingsHash: `hash-${labelOf(settings.network)}-${settings.seed}`,
    parameterCount: 75_290,
    multiplyAdds: 12_000_000,
    totalSteps: 624,
    totalEpochs: 8,
    evaluationImages: 1000,
    memoryBytes: 500e6,
    priority: 0,
    queuedAt: 1_700_000_000_000,
    ...changes,
  }
}
