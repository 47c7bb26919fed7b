import { SkiplabError } from '../failure.ts'
import type { Architecture } from './architectures/architecture.ts'
import { architectureNamed } from './architectures/architectures.ts'
import type { SettingValues } from './settings/setting.ts'

/** No architecture has more layers; searches for a near depth end here. */
const deepest = 100_000
/** How far beyond a depth that is not there a deeper one is looked for. */
const farthest = 1000

/** Why an architecture has no network of so many layers, naming the nearest it has; null where it has one. */
export function depthProblem(architectureName: string, depth: number, settings: SettingValues = {}): string | null {
  const architecture = architectureNamed(architectureName)
  if (architecture.hasDepth(depth, settings)) return null
  const near = nearestDepths(architecture, depth, settings)
  const nearest = near.length > 0 ? `; the nearest ${near.length > 1 ? 'are' : 'is'} ${near.join(' and ')}` : ''
  return `${architecture.title} have no ${depth} layers: ${architecture.depthRule(settings)}${nearest}.`
}

/** @throws SkiplabError bad-input naming the nearest depths that the architecture has */
export function requireDepth(architectureName: string, depth: number, settings: SettingValues): void {
  const problem = depthProblem(architectureName, depth, settings)
  if (problem !== null) throw new SkiplabError('bad-input', problem)
}

/** The next shallower and the next deeper one, where there are. */
function nearestDepths(architecture: Architecture, depth: number, settings: SettingValues): number[] {
  const near: number[] = []
  for (let shallower = Math.min(Math.ceil(depth) - 1, deepest); shallower > 0; shallower--) {
    if (!architecture.hasDepth(shallower, settings)) continue
    near.push(shallower)
    break
  }
  for (let deeper = Math.max(Math.floor(depth) + 1, 1); deeper <= Math.min(depth + farthest, deepest); deeper++) {
    if (!architecture.hasDepth(deeper, settings)) continue
    near.push(deeper)
    break
  }
  return near
}

/**
 * Depths as a person writes them: "20, 56", or in the architecture's own notation ("n = 3, 9").
 * They need not exist, see {@link depthProblem}.
 * @returns null for what cannot be read
 */
export function readDepths(architectureName: string, text: string, settings: SettingValues = {}): number[] | null {
  const { depthNotation } = architectureNamed(architectureName)
  const whole = depthNotation?.read(text.trim(), settings)
  if (whole) return whole
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '')
  const depths = parts.map((part) => (/^\d+$/.test(part) ? [Number(part)] : (depthNotation?.read(part, settings) ?? null)))
  return depths.length === 0 || depths.includes(null) ? null : depths.flatMap((some) => some ?? [])
}
