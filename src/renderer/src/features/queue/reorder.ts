/** What orders a run in the queue. */
interface QueuedRun {
  readonly id: number
  readonly priority: number
}

export interface Move {
  readonly runIds: number[]
  readonly to: 'last' | { before: number }
  /** At the very end a run takes the priority of those before it; elsewhere the engine gives it its new neighbour's. */
  readonly priority: number | null
}

/**
 * Makes the command that moves runs to a gap of the list.
 * @param gap 0 before the first row, `list.length` behind the last
 * @returns null when nothing would change
 */
export function moveToGap(list: readonly QueuedRun[], moved: ReadonlySet<number>, gap: number): Move | null {
  const block = list.filter((run) => moved.has(run.id))
  if (block.length === 0) return null
  const before = list.slice(0, gap).filter((run) => !moved.has(run.id))
  const behind = list.slice(gap).filter((run) => !moved.has(run.id))
  const next = [...before, ...block, ...behind]
  if (next.every((run, index) => run.id === list[index]?.id)) return null
  const runIds = block.map((run) => run.id)
  if (behind[0]) return { runIds, to: { before: behind[0].id }, priority: null }
  return { runIds, to: 'last', priority: before.at(-1)?.priority ?? null }
}

/** Finds the gap that a key asks for, seen from the block of moved rows; null for other keys. */
export function gapOfKey(key: string, list: readonly QueuedRun[], moved: ReadonlySet<number>): number | null {
  const indices = list.flatMap((run, index) => (moved.has(run.id) ? [index] : []))
  const [first, last] = [indices[0], indices.at(-1)]
  if (first === undefined || last === undefined) return null
  if (key === 'ArrowUp') return Math.max(0, first - 1)
  if (key === 'ArrowDown') return Math.min(list.length, last + 2)
  if (key === 'Home') return 0
  return key === 'End' ? list.length : null
}
