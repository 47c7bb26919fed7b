import type { RunSummary } from '../../../../common/records/records.ts'

/** What stands above the first run of a stretch of the queue that belongs to one sweep. */
export interface SweepHead {
  /** Null for runs of no sweep. */
  readonly sweepId: number | null
  readonly name: string
  readonly runs: readonly RunSummary[]
}

export interface QueueItem {
  readonly run: RunSummary
  /** Position in the queue, from 0. */
  readonly index: number
  readonly head: SweepHead | null
  /** Row of the table, from 1, that of the column titles and the heads counted. */
  readonly row: number
}

/**
 * Lists the queue in its order; wherever another sweep begins its head comes first. Priorities may split a sweep into several stretches.
 */
export function queueItems(runs: readonly RunSummary[]): QueueItem[] {
  let heads = 0
  return runs.map((run, index) => {
    const begins = index === 0 || runs[index - 1]!.sweepId !== run.sweepId
    if (begins) heads++
    return { run, index, head: begins ? headOf(runs, index) : null, row: index + 2 + heads }
  })
}

function headOf(runs: readonly RunSummary[], from: number): SweepHead {
  const { sweepId, sweepName } = runs[from]!
  let to = from + 1
  while (to < runs.length && runs[to]!.sweepId === sweepId) to++
  return { sweepId, name: sweepName ?? 'Of no sweep', runs: runs.slice(from, to) }
}
