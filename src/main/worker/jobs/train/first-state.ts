import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Network } from '../../../../common/network/network.ts'
import type { RunSettings } from '../../../../common/training/run-settings.ts'
import { startingArrays } from '../../../../common/weights/starting-arrays.ts'
import { initialState } from '../../backend/initial-state.ts'
import { decodeTensorFile } from '../../checkpoint/safetensors.ts'

/**
 * Makes the state that a run starts from: drawn from its seed, and over it what fits of its initial weights. Momenta are 0.
 * @param file of the initial weights
 * @throws Error where the file is not the one that the settings name
 */
export function firstState(
  network: Network,
  { seed, initialWeights }: Pick<RunSettings, 'seed' | 'initialWeights'>,
  file: string | undefined,
): Map<string, Float32Array> {
  const state = initialState(network, seed)
  if (!initialWeights) return state
  if (file === undefined) throw new Error(`expected the file of the weights of ${initialWeights.name}, got none`)
  const bytes = readFileSync(file)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== initialWeights.sha256) throw new Error(`${file} has the SHA-256 ${sha256}; expected ${initialWeights.sha256}`)
  const { tensors } = decodeTensorFile(bytes)
  const shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape]))
  for (const name of startingArrays(network, shapes).taken) state.set(name, tensors.get(name)!.values)
  return state
}
