import { type ComparedRun, runsByNetwork } from '../analysis/depth-results.ts'
import { groupByExperiment } from '../analysis/experiment.ts'
import { depthOf } from '../network/design.ts'
import type { RunSummary } from '../records/records.ts'
import { heldAgainst, type PublishedComparison, publishedDataOf } from './held-against.ts'

type OverlaidRun = ComparedRun & Pick<RunSummary, 'device' | 'imported'>

/** A published number that is drawn beside own runs of the same network and data. */
export interface OverlaidNumber extends PublishedComparison {
  /** Weighted layers. */
  readonly layers: number
}

/**
 * Published test errors of the last epoch to draw beside runs of the same data, one for each network: what is printed or, where nothing
 * is, read off; of several sources the first, the paper. None on other data than those of the source.
 * @param runs in any state; of several experiments a network's number has what differs in any
 */
export function overlaidNumbers(runs: readonly OverlaidRun[]): OverlaidNumber[] {
  const byNetwork = new Map<string, OverlaidNumber>()
  for (const own of groupByExperiment(runs).flatMap((experiment) => runsByNetwork(experiment.runs))) {
    const found = overlaidNumber(own)
    if (!found) continue
    const before = byNetwork.get(found.network)
    byNetwork.set(found.network, before ? { ...before, differs: [...new Set([...before.differs, ...found.differs])] } : found)
  }
  return [...byNetwork.values()]
}

/** @param own of one network and one experiment */
function overlaidNumber(own: readonly ComparedRun[]): OverlaidNumber | null {
  const data = publishedDataOf(own[0]!)
  const found = heldAgainst(own).find(
    ({ published: { metric, images, checkpoint, members, above, data: of } }) =>
      of === data && metric === 'topOneError' && images !== 'training' && checkpoint === 'last' && members === 1 && !above,
  )
  return found ? { ...found, layers: depthOf(own[0]!.settings.network) } : null
}

/** What marks a number in a picture that was not come by as the own ones beside it; the key says in what. */
export const dagger = '†'

/** "† recipe: epochs 30 instead of 64000 iterations; ..." for the key of a picture; null where nothing differs. */
export function daggerWords(numbers: readonly Pick<PublishedComparison, 'differs'>[]): string | null {
  const told = [...new Set(numbers.flatMap(({ differs }) => differs))]
  if (told.length === 0) return null
  const words = `${dagger} ${told.join('; ')}`
  return words.length > longestKey ? `${words.slice(0, longestKey - 2)} …` : words
}
/** A picture's words have at most 400 letters. */
const longestKey = 400

/** Published values to draw beside curves, percent, each with its name: "56: 6.97, paper", "20: ≈ 9.5 †, paper". */
export function publishedLevels(numbers: readonly OverlaidNumber[]): { y: number; label: string }[] {
  return numbers.map(({ layers, reference, published, differs }) => {
    const value = published.readOff ? `≈ ${(reference * 100).toFixed(1)}` : (reference * 100).toFixed(2)
    return { y: reference * 100, label: `${layers}: ${value}${differs.length > 0 ? ` ${dagger}` : ''}, paper` }
  })
}
