import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One measured figure with its bar. */
export interface Figure {
  readonly what: string
  readonly value: number
  readonly unit: string
  /** At most, or at least when `atLeast`; null for what is only told. */
  readonly bar: number | null
  readonly atLeast?: boolean
}

/** Prints each figure with its verdict. @returns whether one misses its bar */
export function tell(figures: readonly Figure[]): boolean {
  let failed = false
  for (const { what, value, unit, bar, atLeast } of figures) {
    const held = bar === null || (atLeast ? value >= bar : value <= bar)
    failed ||= !held
    const wanted = bar === null ? '' : ` (${atLeast ? 'at least' : 'at most'} ${bar})`
    process.stdout.write(
      `${bar === null ? '      ' : held ? 'holds ' : 'MISSED'}  ${what}: ${value.toFixed(Math.abs(value) < 10 ? 2 : 0)} ${unit}${wanted}\n`,
    )
  }
  return failed
}

/** Gives a new folder to what is measured, and takes it away afterwards. */
export async function inFolder<Result>(measure: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'skiplab-bench-'))
  try {
    return await measure(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}
