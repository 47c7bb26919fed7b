import { type Family } from '../../src/common/network/families/families.ts'
import { designAt, type NetworkDesign } from '../../src/common/network/design.ts'
import type { SettingValues } from '../../src/common/network/settings/setting.ts'

/** A design with a learning rate, small enough to be trained on trial within seconds. */
export interface TrialDesign {
  readonly network: NetworkDesign
  readonly learningRate: number
  readonly seed: number
}

/** Two sets: limits of the rule were set by the first alone; the second says how often it is right. */
export const trialSets = ['set', 'held-out'] as const
export type TrialSet = (typeof trialSets)[number]

type Row = readonly [family: Family, depth: number, settings: SettingValues, learningRate: number]

const noBN = { normalization: 'none' }
const rows: Readonly<Record<TrialSet, readonly Row[]>> = {
  set: [
    ['plain', 8, {}, 0.1],
    ['plain', 20, {}, 0.1],
    ['plain', 32, {}, 0.1],
    ['plain', 56, {}, 0.1],
    ['plain', 110, {}, 0.1],
    ['residual', 20, {}, 0.1],
    ['residual', 56, {}, 0.1],
    ['residual', 110, {}, 0.1],
    ['highway', 32, {}, 0.1],
    ['plain', 8, noBN, 0.01],
    ['plain', 56, noBN, 0.01],
    ['plain', 20, { ...noBN, initialization: 'glorot' }, 0.01],
    ['residual', 8, noBN, 0.01],
    ['residual', 20, noBN, 0.01],
    ['residual', 56, noBN, 0.01],
    ['residual', 20, {}, 10],
    ['plain', 20, {}, 10],
    ['residual', 8, {}, 100],
    ['plain', 8, noBN, 1],
    ['residual', 20, {}, 1e-7],
  ],
  'held-out': [
    ['plain', 14, {}, 0.1],
    ['plain', 44, {}, 0.1],
    ['plain', 92, {}, 0.1],
    ['residual', 14, {}, 0.1],
    ['residual', 32, {}, 0.2],
    ['residual', 68, {}, 0.1],
    ['plain', 44, { activationOrder: 'pre' }, 0.1],
    ['highway', 44, noBN, 0.1],
    ['plain', 14, noBN, 0.01],
    ['plain', 32, noBN, 0.01],
    ['plain', 44, { ...noBN, initialization: 'glorot' }, 0.1],
    ['plain', 14, { ...noBN, initialization: 'glorot' }, 0.01],
    ['residual', 14, noBN, 0.01],
    ['residual', 32, noBN, 0.01],
    ['residual', 44, { ...noBN, initialization: 'glorot' }, 0.01],
    ['residual', 32, {}, 5],
    ['residual', 14, {}, 50],
    ['plain', 32, {}, 20],
    ['residual', 14, noBN, 0.5],
    ['plain', 14, {}, 1e-6],
  ],
}

const inputShape = [16, 16, 3] as const

export function trialDesigns(set: TrialSet): TrialDesign[] {
  return rows[set].map(([family, depth, settings, learningRate], index) => ({
    network: designAt('cifar', {
      ...{ family, depth, shortcut: 'A', settings, widths: [16, 16, 16] },
      ...{ inputShape: [...inputShape], classes: 10 },
    }),
    learningRate,
    seed: (set === 'set' ? 1 : 1001) + index,
  }))
}
