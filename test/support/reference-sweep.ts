import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { SweepInput } from '../../src/common/sweep/sweep.ts'
import { Lab } from './lab.ts'

let trainedOnce: Promise<ReferenceSweep> | null = null

/** A sweep of real runs that nothing disturbed; what happens to later ones must not change a number. */
export class ReferenceSweep {
  readonly #lab: Lab
  readonly #sweep: Partial<SweepInput>
  readonly #numbers: readonly unknown[]
  readonly #durationMs: number

  private constructor(lab: Lab, sweep: Partial<SweepInput>, numbers: readonly unknown[], durationMs: number) {
    this.#lab = lab
    this.#sweep = sweep
    this.#numbers = numbers
    this.#durationMs = durationMs
  }

  /** @param sweep what differs from the lab's usual one; a plain and a residual run of six epochs all the same */
  static async train(lab: Lab, sweep: Partial<SweepInput> = {}): Promise<ReferenceSweep> {
    const startedAt = performance.now()
    const ids = await lab.queue(sweep)
    const runs = await lab.untilOver()
    expect(runs.map((run) => run.state)).toEqual(['finished', 'finished'])
    // Numbers that are all the same would prove nothing.
    expect(lab.query('SELECT count(*) AS layers, count(nullif(std, 0)) AS spread FROM layer_statistics')).toEqual([
      { layers: 84, spread: 84 },
    ])
    return new ReferenceSweep(
      lab,
      sweep,
      ids.map((id) => lab.numbers(id)),
      performance.now() - startedAt,
    )
  }

  /** The usual one for another lab; all labs of a test file share what it trained, once, in a lab of its own. */
  static async sharedIn(lab: Lab): Promise<ReferenceSweep> {
    trainedOnce ??= Lab.open().then((own) => ReferenceSweep.train(own).finally(() => own.close()))
    const trained = await trainedOnce
    return new ReferenceSweep(lab, {}, trained.#numbers, trained.#durationMs)
  }

  /** Waits for a moment while a sweep like this one trains; for one of `count` that follow one another, a shorter time. */
  moment(random: () => number, count = 1): Promise<void> {
    return sleep((random() * this.#durationMs * 0.9) / count)
  }

  /** Queues the sweep again, lets `harm` happen to it, and expects numbers equal to the last bit. */
  async expectSameAfter(harm: (runIds: readonly number[]) => Promise<void>): Promise<void> {
    const ids = await this.#lab.queue(this.#sweep)
    await harm(ids)
    const runs = await this.#lab.untilOver()
    expect(runs.filter((run) => ids.includes(run.id)).map((run) => run.state)).toEqual(['finished', 'finished'])
    expect(ids.map((id) => this.#lab.numbers(id))).toEqual(this.#numbers)
    expect(await this.#lab.problems()).toEqual([])
  }

  /** Numbers of one of its runs, first plain, then residual. */
  numbersOf(index: number): unknown {
    return this.#numbers[index]
  }
}
