import type { EngineStatus } from '../../../common/records/records.ts'

interface DiskBudgetOptions {
  readonly budgetBytes: () => number | null
  /** Measures what the workspace takes and hands it to {@link DiskBudget.note}. */
  readonly measure: () => Promise<unknown>
  /** Called when the workspace went over its budget, or is within it again. */
  readonly onChange: () => void
  readonly log: (message: string) => void
}

/** Measuring looks at every file of the workspace: thousands of runs take seconds. */
const intervalMs = 5 * 60_000

/** Tells whether the workspace takes more than its budget. It deletes nothing. */
export class DiskBudget {
  readonly #options: DiskBudgetOptions
  #usedBytes: number | null = null
  #measuredAt = -Infinity
  #wasOver = false

  constructor(options: DiskBudgetOptions) {
    this.#options = options
  }

  /** What is used, as last measured, where that is more than the budget. */
  get over(): EngineStatus['overBudget'] {
    const budgetBytes = this.#options.budgetBytes()
    const usedBytes = this.#usedBytes
    return budgetBytes !== null && usedBytes !== null && usedBytes > budgetBytes ? { usedBytes, budgetBytes } : null
  }

  note(usedBytes: number): void {
    this.#usedBytes = usedBytes
    this.#measuredAt = performance.now()
    const isOver = this.over !== null
    if (isOver !== this.#wasOver) this.#options.onChange()
    this.#wasOver = isOver
  }

  /** Measures again when that was long ago; call about once a second. Without a budget nothing is measured. */
  check(): void {
    const { budgetBytes, measure, log } = this.#options
    if (budgetBytes() === null || performance.now() - this.#measuredAt < intervalMs) return
    this.#measuredAt = performance.now()
    measure().catch((error: unknown) => log(`the workspace could not be measured: ${String(error)}`))
  }
}
