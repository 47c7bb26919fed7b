import { depthOf, labelOf } from '../network/design.ts'
import type { RunSummary } from '../records/records.ts'

/** Bytes that the part for a sweep or data set may take: whole names stay far below what file systems take. */
const longestOrigin = 80
const mostDepths = 5

/**
 * Says in a file's name what is in it: "curves-first-sweep-8-14-20" for runs of one sweep, the data set's name for others;
 * of a single run its network and seed.
 * @param what kind of figure or table
 * @returns a name without ending that every file system takes
 */
export function exportName(what: string, runs: readonly Pick<RunSummary, 'sweepName' | 'settings'>[]): string {
  const [first] = runs
  if (!first) return fileSafe(what)
  const sweeps = new Set(runs.map((run) => run.sweepName))
  const datasets = [...new Set(runs.map((run) => run.settings.dataset.name))]
  const origin =
    sweeps.size === 1 && first.sweepName ? first.sweepName : datasets.length === 1 ? datasets[0]! : `${datasets.length} data sets`
  const subject = runs.length === 1 ? `${labelOf(first.settings.network)} seed ${first.settings.seed}` : depthsInName(runs)
  return [what, shortened(fileSafe(origin)), subject].map(fileSafe).filter(Boolean).join('-')
}

function depthsInName(runs: readonly Pick<RunSummary, 'settings'>[]): string {
  const depths = [...new Set(runs.map((run) => depthOf(run.settings.network)))].sort((a, b) => a - b)
  return depths.length > mostDepths ? `${depths[0]}-to-${depths.at(-1)}` : depths.join('-')
}

/** Letters and digits of any script stay; what a file system or a shell reads as something else becomes a dash. */
function fileSafe(words: string): string {
  return words
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._+]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
}

function shortened(words: string): string {
  let kept = ''
  let bytes = 0
  for (const letter of words) {
    bytes += new TextEncoder().encode(letter).length
    if (bytes > longestOrigin) break
    kept += letter
  }
  return kept
}
