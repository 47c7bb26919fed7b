import type { RunSummary } from '../../../../common/rpc/records.ts'
import { type EpochColumns, epochFields } from './epoch-columns.ts'

/** One row per run and epoch, RFC 4180; errors are fractions. A text that a spreadsheet would run as a formula gets a leading apostrophe. */
export function curvesAsCsv(sources: readonly { run: RunSummary; epochs: EpochColumns }[]): string {
  const head = ['run', 'name', 'family', 'shortcut', 'n', 'seed', 'dataset', ...epochFields]
  const rows = sources.flatMap(({ run, epochs }) => {
    const { network, seed, dataset } = run.settings
    const fixed = [String(run.id), cell(run.name), network.family, network.shortcut, String(network.n), String(seed), cell(dataset.name)]
    return Array.from({ length: epochs.length }, (_, index) => [...fixed, ...epochFields.map((field) => numberCell(epochs.column(field)[index]!))])
  })
  return [head, ...rows].map((row) => row.join(',')).join('\r\n') + '\r\n'
}

function numberCell(value: number): string {
  return Number.isFinite(value) ? String(value) : ''
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r\0]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}
