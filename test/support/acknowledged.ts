import type { EngineClient } from '../../src/common/rpc/contract.ts'
import type { Lab } from './lab.ts'

/** What a client has been told is in the database: the engine announces nothing before it is committed. */
export class Acknowledged {
  readonly #rows = new Map<string, string>()
  readonly #lastSteps = new Map<number, number>()

  constructor(client: EngineClient) {
    client.on('run.event', ({ id, kind }) => this.add(`event ${id}, ${kind}`, `SELECT 1 FROM events WHERE id = ${id} AND kind = '${kind}'`))
    client.on('run.epoch', ({ runId, epoch: { epoch, results } }) =>
      this.add(
        `epoch ${epoch} of run ${runId}`,
        `SELECT 1 FROM epoch_results WHERE run_id = ${runId} AND epoch = ${epoch} AND measure_id = 1 AND value = ${results.train.loss}`,
      ),
    )
    client.on('run.steps', ({ runId, samples }) => {
      for (const { step, loss } of samples)
        this.add(`step ${step} of run ${runId}`, `SELECT 1 FROM step_samples WHERE run_id = ${runId} AND step = ${step} AND loss = ${loss}`)
      this.#lastSteps.set(runId, samples.at(-1)?.step ?? 0)
    })
  }

  add(what: string, sql: string): void {
    this.#rows.set(what, sql)
  }

  get count(): number {
    return this.#rows.size
  }

  lastStep(runId: number): number {
    return this.#lastSteps.get(runId) ?? 0
  }

  /** Those that are not there. */
  lost(lab: Lab): string[] {
    return [...this.#rows].filter(([, sql]) => lab.query(sql).length === 0).map(([what]) => what)
  }
}
