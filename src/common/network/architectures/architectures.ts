import { SkiplabError } from '../../failure.ts'
import { nearestName } from '../../nearest-name.ts'
import type { Architecture } from './architecture.ts'
import { cifar } from './cifar.ts'
import { imagenet } from './imagenet.ts'
import { vgg } from './vgg.ts'

/** Designs of 0.1 and 0.2 do not name their architecture: there was one. */
export const defaultArchitecture = 'cifar'

const table = new Map<string, Architecture>([cifar, imagenet, vgg].map((architecture) => [architecture.name, architecture]))

/** Lists the names of all architectures. */
export function architectureNames(): string[] {
  return [...table.keys()]
}

/** @throws SkiplabError bad-input with the names there are */
export function architectureNamed(name: string): Architecture {
  const architecture = table.get(name)
  if (architecture) return architecture
  const near = nearestName(name, architectureNames())
  throw new SkiplabError(
    'bad-input',
    `There is no architecture "${name}"; ${near ? `did you mean "${near}"?` : `expected ${architectureNames().join(' or ')}.`}`,
  )
}

/**
 * Adds an architecture to those that designs may name; for plug-ins and tests.
 * @returns removes it again
 * @public
 */
export function registerArchitecture(architecture: Architecture): () => void {
  table.set(architecture.name, architecture)
  return () => table.delete(architecture.name)
}
