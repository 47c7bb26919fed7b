import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import BetterSqlite3 from 'better-sqlite3'
import { hasCode } from '../../src/common/caught.ts'
import type { Evaluation } from '../../src/common/evaluation/evaluation.ts'
import type { CallInput, EngineClient } from '../../src/common/rpc/contract.ts'
import type { RunState, RunSummary } from '../../src/common/records/records.ts'
import { unpackRuns } from '../../src/common/rpc/run-list.ts'
import type { SweepInput } from '../../src/common/sweep/sweep.ts'
import { readAddress } from '../../src/main/workspace/address.ts'
import { connectEngine } from '../../src/main/client/client.ts'
import { DatasetWriter } from '../../src/main/data/stored/dataset-writer.ts'
import { processStartedAt } from '../../src/main/workspace/process-identity.ts'
import { seededRandom } from './seeded-random.ts'

export const engineScript = resolve('out/main/engine.cjs')
const scriptedWorker = resolve('test/fixtures/scripted-worker.cjs')
const overStates: readonly RunState[] = ['finished', 'diverged', 'failed', 'cancelled', 'held']

/** A sweep of real runs on a data set of its own, each a few seconds of training. */
export const smallSweep: SweepInput = {
  name: 'small',
  dataset: 'stripes',
  recipe: 'demo',
  families: ['plain', 'residual'],
  n: [1],
  widths: [[4, 4, 8]],
  set: { epochs: 6, batchSize: 32, stepLogInterval: 2, statisticsSize: 50 },
}

type EvaluationRequestInput = CallInput<'evaluations.queue'>

/** A workspace of its own with an engine of its own, for tests. */
export class Lab {
  readonly workspace: string
  readonly #scripted: boolean
  readonly #env: Readonly<Record<string, string>>
  readonly #preload: string | null
  #client: EngineClient | null = null

  private constructor(workspace: string, scripted: boolean, env: Readonly<Record<string, string>>, preload: string | null) {
    this.workspace = workspace
    this.#scripted = scripted
    this.#env = env
    this.#preload = preload
  }

  /**
   * @param options.scripted plays faults with the scripted worker instead of training
   * @param options.below where its folder is made; the system's folder for temporary files unless said otherwise
   * @param options.env of the engine and its workers, besides what a lab sets itself
   * @param options.preload a module that engine and workers load first; not by NODE_OPTIONS, which an engine does not inherit
   */
  static async open(
    options: { scripted?: boolean; below?: string; env?: Readonly<Record<string, string>>; preload?: string } = {},
  ): Promise<Lab> {
    const workspace = await mkdtemp(join(options.below ?? tmpdir(), 'skiplab-lab-'))
    await addStripes(join(workspace, 'datasets', 'stripes'))
    return new Lab(workspace, options.scripted ?? false, options.env ?? {}, options.preload ?? null)
  }

  /** A connection to the engine, which is started when it is not there. */
  async client(): Promise<EngineClient> {
    if (this.#client) return this.#client
    const client = await this.connect()
    client.onClose(() => (this.#client = null))
    this.#client = client
    return client
  }

  connect(): Promise<EngineClient> {
    // Two cores and one thread for each worker, whatever machine the tests run on: the numbers must not depend on it.
    const env = { SKIPLAB_CPU_SLOTS: '2', SKIPLAB_DEVICES: 'cpu', ...this.#env }
    const scripts =
      this.#preload === null ? { engineScript, ...(this.#scripted && { workerScript: scriptedWorker }) } : this.#preloaded(this.#preload)
    return connectEngine({ workspace: this.workspace, env, ...scripts })
  }

  /** Programs that load `module` before the engine or the worker. */
  #preloaded(module: string): { engineScript: string; workerScript: string } {
    const program = (script: string): string => {
      const file = join(this.workspace, `preloaded-${basename(script)}.mjs`)
      writeFileSync(
        file,
        `import ${JSON.stringify(pathToFileURL(module).href)}\nawait import(${JSON.stringify(pathToFileURL(script).href)})\n`,
      )
      return file
    }
    return { engineScript: program(engineScript), workerScript: program(join(dirname(engineScript), 'worker.cjs')) }
  }

  /** The usual small sweep, with what differs. */
  sweep(sweep: Partial<SweepInput> = {}): SweepInput {
    return { ...smallSweep, ...sweep }
  }

  async queue(sweep: Partial<SweepInput> = {}): Promise<number[]> {
    const client = await this.client()
    return (await client.call('sweeps.queue', { sweep: this.sweep(sweep), again: true })).runIds
  }

  async runs(): Promise<RunSummary[]> {
    const client = await this.client()
    return unpackRuns(await client.call('runs.list', {}))
  }

  /** Waits for a condition of the runs, over restarts of the engine. */
  async until(what: string, condition: (runs: RunSummary[]) => boolean, patienceMs = 120_000): Promise<RunSummary[]> {
    const deadline = performance.now() + patienceMs
    for (;;) {
      const runs = await this.runs().catch(() => null)
      if (runs && condition(runs)) return runs
      if (performance.now() > deadline)
        throw new Error(
          `${what} did not come about; runs: ${JSON.stringify(runs?.map(({ id, state, reason }) => ({ id, state, reason })))}`,
        )
      await sleep(100)
    }
  }

  untilOver(patienceMs?: number): Promise<RunSummary[]> {
    return this.until('the end of all runs', (runs) => runs.every((run) => overStates.includes(run.state)), patienceMs)
  }

  /** Queues tests of runs. */
  async evaluate(request: EvaluationRequestInput): Promise<Evaluation[]> {
    return (await (await this.client()).call('evaluations.queue', request)).evaluations
  }

  /** Waits for a condition of the evaluations, over restarts of the engine. */
  async untilEvaluations(what: string, condition: (evaluations: Evaluation[]) => boolean, patienceMs = 120_000): Promise<Evaluation[]> {
    const deadline = performance.now() + patienceMs
    for (;;) {
      const evaluations = await this.client()
        .then((client) => client.call('evaluations.list', {}))
        .catch(() => null)
      if (evaluations && condition(evaluations)) return evaluations
      if (performance.now() > deadline) {
        const found = evaluations?.map(({ id, state, reason }) => ({ id, state, reason }))
        throw new Error(`${what} did not come about; evaluations: ${JSON.stringify(found)}`)
      }
      await sleep(100)
    }
  }

  get enginePid(): number {
    const address = readAddress(this.workspace)
    if (!address) throw new Error('no engine')
    return address.pid
  }

  /** Workers of running runs. */
  workerPids(): number[] {
    return this.query<{ pid: number }>('SELECT pid FROM leases WHERE pid IS NOT NULL').map((row) => row.pid)
  }

  /** Reads the workspace's database beside the engine. */
  query<Row>(sql: string): Row[] {
    const db = new BetterSqlite3(join(this.workspace, 'skiplab.db'), { readonly: true })
    try {
      return db.prepare<[], Row>(sql).all()
    } finally {
      db.close()
    }
  }

  /** Changes the workspace's database beside the engine, as nothing but a test does. */
  change(sql: string): void {
    const db = new BetterSqlite3(join(this.workspace, 'skiplab.db'), { timeout: 5_000 })
    try {
      db.exec(sql)
    } finally {
      db.close()
    }
  }

  /** What deterministic training must repeat to the last bit: metrics, samples, layer statistics, the final checkpoint. */
  numbers(runId: number): unknown {
    return {
      epochs: this.query(`SELECT epoch, step, learning_rate FROM epochs WHERE run_id = ${runId} ORDER BY epoch`),
      results: this.query(`SELECT epoch, measure_id, value FROM epoch_results WHERE run_id = ${runId} ORDER BY epoch, measure_id`),
      steps: this.query(`SELECT step, loss, gradient_norm, learning_rate FROM step_samples WHERE run_id = ${runId} ORDER BY step`),
      layers: this.query(`SELECT epoch, place, layer, mean, std FROM layer_statistics WHERE run_id = ${runId} ORDER BY epoch, place`),
      checkpoint: this.query(
        `SELECT file, step, epoch, sha256 FROM checkpoints WHERE run_id = ${runId} AND rejected IS NULL ORDER BY step DESC, ` +
          'epoch DESC LIMIT 1',
      ),
    }
  }

  /**
   * Breaches of what must hold after every trial (RELIABILITY: A, C, D, F; of a finished run no file is left over); empty when all is
   * well.
   */
  async problems(): Promise<string[]> {
    const problems: string[] = []
    const expectNone = (what: string, sql: string): void => {
      const rows = this.query(sql)
      if (rows.length > 0) problems.push(`${what}: ${JSON.stringify(rows)}`)
    }
    const [integrity] = this.query<{ integrity_check: string }>('PRAGMA integrity_check')
    if (integrity?.integrity_check !== 'ok') problems.push(`integrity: ${integrity?.integrity_check}`)
    expectNone('foreign keys', 'PRAGMA foreign_key_check')
    expectNone(
      'leases without a running run',
      "SELECT run_id FROM leases WHERE run_id NOT IN (SELECT id FROM runs WHERE state = 'running')",
    )
    expectNone('running runs without a lease', "SELECT id FROM runs WHERE state = 'running' AND id NOT IN (SELECT run_id FROM leases)")
    expectNone(
      'attempts that never ended',
      'SELECT run_id, attempt FROM attempts WHERE ended_at IS NULL AND (run_id, attempt) NOT IN (SELECT run_id, attempt FROM leases)',
    )
    for (const run of this.query<{ run_id: number }>('SELECT DISTINCT run_id FROM checkpoints')) {
      const [newest] = this.query<{ file: string; sha256: string }>(
        `SELECT file, sha256 FROM checkpoints WHERE run_id = ${run.run_id} AND rejected IS NULL ORDER BY step DESC, epoch DESC LIMIT 1`,
      )
      const path = join(this.workspace, 'checkpoints', String(run.run_id), newest?.file ?? '')
      if (!newest || !existsSync(path)) problems.push(`run ${run.run_id}: its newest checkpoint is not there`)
      else if (createHash('sha256').update(readFileSync(path)).digest('hex') !== newest.sha256)
        problems.push(`run ${run.run_id}: the hash of ${newest.file} differs`)
    }
    for (const { id } of this.query<{ id: number }>("SELECT id FROM runs WHERE state = 'finished'")) {
      const folder = join(this.workspace, 'checkpoints', String(id))
      const there = existsSync(folder) ? readdirSync(folder).filter((file) => !file.endsWith('.damaged')) : []
      const known = this.query<{ file: string }>(`SELECT file FROM checkpoints WHERE run_id = ${id} AND rejected IS NULL`).map(
        ({ file }) => file,
      )
      if (there.sort().join() !== known.sort().join())
        problems.push(`run ${id}: its checkpoints are ${known.join()}, its files ${there.join()}`)
    }
    const live = new Set(this.workerPids())
    for (const { pid } of this.query<{ pid: number }>('SELECT DISTINCT pid FROM attempts WHERE pid IS NOT NULL')) {
      if (!live.has(pid) && (await staysAlive(pid))) problems.push(`worker ${pid} is an orphan`)
    }
    return problems
  }

  /** Ends the engine at once and removes the workspace. */
  async close(): Promise<void> {
    const address = readAddress(this.workspace)
    if (address) {
      const client = await connectEngine({ workspace: this.workspace, start: false }).catch(() => null)
      await client?.call('engine.stop', { mode: 'now' }).catch(() => undefined)
      client?.close()
      if (await staysAlive(address.pid)) killNow(address.pid)
    }
    await rm(this.workspace, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Without warning; a process that has ended in this moment is as good as killed. */
export function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error
  }
}

/** Whether a process is still there after it had time to end. */
export async function staysAlive(pid: number): Promise<boolean> {
  for (let look = 0; look < 300; look++) {
    if (processStartedAt(pid) === null) return false
    await sleep(100)
  }
  return true
}

/** A small data set: noisy stripes, whose direction and width tell the class; of all four classes or the first ones. */
export async function addStripes(folder: string, { name = 'stripes', classCount = 4 } = {}): Promise<void> {
  await mkdir(folder, { recursive: true })
  const random = seededRandom(7)
  const size = 32
  const classes = ['across', 'across wide', 'along', 'along wide'].slice(0, classCount)
  const counts = { train: 320, test: 100 }
  const image = { size: 'fixed' as const, height: size, width: size, channels: 3 }
  const writer = await DatasetWriter.open(folder, { name, title: 'Stripes', classes, image, source: 'drawn for a test' }, counts)
  for (const split of ['train', 'test'] as const) {
    for (let index = 0; index < counts[split]; index++) {
      const label = index % classes.length
      const shift = Math.floor(random() * 8)
      const pixels = Uint8Array.from({ length: size * size * 3 }, (_, at) => {
        const pixel = Math.floor(at / 3)
        const coordinate = (label < 2 ? Math.floor(pixel / size) : pixel % size) + shift
        return (Math.floor(coordinate / (label % 2 === 0 ? 2 : 4)) % 2) * 90 + random() * 165
      })
      await writer.write(split, index, pixels, Uint8Array.of(label))
    }
  }
  await writer.finish()
  await writer.close()
}
