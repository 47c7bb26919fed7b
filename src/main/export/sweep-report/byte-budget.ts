import { formatBytes } from '../../../common/format-bytes.ts'
import type { ReportBlock, ReportFile, ReportMap } from '../../../common/report/sweep-report.ts'

type Droppable = ReportFile | ReportMap

/** The sweep's own file is small, and without it nothing can be repeated. */
function isDroppable(block: ReportBlock): block is Droppable {
  return block.kind === 'map' || (block.kind === 'file' && block.command !== undefined)
}

/**
 * Leaves the largest files and heat maps out until all fit, and names each where it would stand, with the command that gives it.
 * @param room bytes
 * @param sizeOf bytes that a block takes in the report
 */
export function withinRoom(blocks: readonly ReportBlock[], room: number, sizeOf: (block: Droppable) => number): ReportBlock[] {
  const sizes = new Map<ReportBlock, number>()
  for (const block of blocks) if (block.kind === 'file' || block.kind === 'map') sizes.set(block, sizeOf(block))
  let taken = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  const left = new Map<ReportBlock, number>()
  for (const [block, size] of [...sizes].sort(([, a], [, b]) => b - a)) {
    if (taken <= room) break
    if (!isDroppable(block)) continue
    left.set(block, size)
    taken -= size
  }
  return blocks.map((block): ReportBlock => {
    const size = left.get(block)
    return size === undefined || !isDroppable(block) ? block : { kind: 'text', tone: 'quiet', text: leftWords(block, size) }
  })
}

function leftWords(block: Droppable, size: number): string {
  const name = block.kind === 'file' ? block.name : `The picture “${block.figure.title}”`
  return `${name} is left out: it takes ${formatBytes(size)}, and the report is kept below 5 MB. It comes from: ${block.command ?? ''}`
}
