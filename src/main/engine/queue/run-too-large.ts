import { imageMemoryBytes } from '../../../common/data/streaming.ts'
import type { Precision } from '../../../common/device.ts'
import { buildNetwork } from '../../../common/network/network.ts'
import type { PlannedRun } from '../../../common/records/records.ts'
import { thriftierSettings } from '../../../common/sweep/memory.ts'
import type { RunTooLarge } from '../../../common/sweep/too-large.ts'
import type { PlannedDataset } from '../library/datasets.ts'

interface MachineMemory {
  /** Free now, or held by workers of this workspace. */
  readonly freeBytes: number
  /** Of the machine or of the container that this is. */
  readonly usableBytes: number
}

/**
 * Finds the run that needs more memory than is free, and what would fit; null where all fit.
 * @param best precision of runs whose recipe leaves it to the machine
 */
export function runTooLarge(
  runs: readonly Pick<PlannedRun, 'name' | 'settings' | 'memoryBytes'>[],
  dataset: Pick<PlannedDataset, 'name' | 'image' | 'splits'>,
  best: Precision,
  { freeBytes, usableBytes }: MachineMemory,
): RunTooLarge | null {
  const [largest] = runs.filter(({ memoryBytes }) => memoryBytes > freeBytes).sort((a, b) => b.memoryBytes - a.memoryBytes)
  if (!largest) return null
  const { recipe, network: design } = largest.settings
  const precision = recipe.precision === 'auto' ? best : recipe.precision
  const imageBytes = imageMemoryBytes(dataset, recipe, design.inputShape, usableBytes)
  const fitting = thriftierSettings(buildNetwork(design), recipe, imageBytes, precision, freeBytes)
  return { run: largest.name, memoryBytes: largest.memoryBytes, freeBytes, fitting }
}
