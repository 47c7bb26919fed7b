import { SkiplabError } from '../failure.ts'
import type { Architecture } from './architectures/architecture.ts'
import { architectureNamed } from './architectures/architectures.ts'

/** No architecture has more layers; searches for a near depth end here. */
const deepest = 100_000
/** How far beyond a depth that is not there a deeper one is looked for. */
const farthest = 1000

/** Why an architecture has no network of so many layers, naming the nearest it has; null where it has one. */
export function depthProblem(architectureName: string, depth: number): string | null {
  const architecture = architectureNamed(architectureName)
  if (architecture.hasDepth(depth)) return null
  const near = nearestDepths(architecture, depth)
  const nearest = near.length > 0 ? `; the nearest ${near.length > 1 ? 'are' : 'is'} ${near.join(' and ')}` : ''
  return `${architecture.title} have no ${depth} layers: ${architecture.depthRule}${nearest}.`
}

/** @throws SkiplabError bad-input naming the nearest depths that the architecture has */
export function requireDepth(architectureName: string, depth: number): void {
  const problem = depthProblem(architectureName, depth)
  if (problem !== null) throw new SkiplabError('bad-input', problem)
}

/** The next shallower and the next deeper one, where there are. */
function nearestDepths(architecture: Architecture, depth: number): number[] {
  const near: number[] = []
  for (let shallower = Math.min(Math.ceil(depth) - 1, deepest); shallower > 0; shallower--) {
    if (!architecture.hasDepth(shallower)) continue
    near.push(shallower)
    break
  }
  for (let deeper = Math.max(Math.floor(depth) + 1, 1); deeper <= Math.min(depth + farthest, deepest); deeper++) {
    if (!architecture.hasDepth(deeper)) continue
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
export function readDepths(architectureName: string, text: string): number[] | null {
  const { depthNotation } = architectureNamed(architectureName)
  const whole = depthNotation?.read(text.trim())
  if (whole) return whole
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '')
  const depths = parts.map((part) => (/^\d+$/.test(part) ? [Number(part)] : (depthNotation?.read(part) ?? null)))
  return depths.length === 0 || depths.includes(null) ? null : depths.flatMap((some) => some ?? [])
}
