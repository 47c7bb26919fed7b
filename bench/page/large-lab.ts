import { join } from 'node:path'
import Database, { type Database as Handle } from 'better-sqlite3'
import { depthOfN } from '../../src/common/network/architectures/cifar.ts'
import { depthOf, labelOf, resolveDesign } from '../../src/common/network/design.ts'
import { buildNetwork } from '../../src/common/network/network.ts'
import { Random } from '../../src/common/training/random.ts'
import { resolveRecipe } from '../../src/common/training/recipes.ts'
import type { RunSettings } from '../../src/common/training/run-settings.ts'
import { skiplab } from './lab-server.ts'

export interface LabSize {
  readonly runs: number
  readonly epochs: number
  /** Logged steps of each run. */
  readonly steps: number
  readonly runsPerSweep: number
}

const depths = [1, 3, 5, 7, 9]
const stepsPerEpoch = 350
const startedAt = 1_700_000_000_000

/**
 * Fills a workspace, whose database the engine makes before it ends, with finished runs of invented, seeded numbers: for measuring, not
 * for looking at.
 */
export function fillLab(workspace: string, size: LabSize): void {
  skiplab(workspace, 'runs')
  skiplab(workspace, 'engine', 'stop')
  const db = new Database(join(workspace, 'skiplab.db'))
  // If the machine dies now, the measurement is started again.
  db.pragma('synchronous = OFF')
  insertRuns(db, size)
  const insertEpoch = db.prepare(
    `INSERT INTO epochs (run_id, epoch, step, learning_rate, images_per_second, elapsed_ms, peak_memory_bytes, finished_at)
    VALUES (?, ?, ?, 0.1, 800, 56000, 600000000, ?)`,
  )
  // The measures that the migration names: loss and top-1 error of train, validation and test.
  const insertResult = db.prepare('INSERT INTO epoch_results (run_id, epoch, measure_id, value) VALUES (?, ?, ?, ?)')
  const insertStep = db.prepare('INSERT INTO step_samples (run_id, step, loss, gradient_norm, learning_rate) VALUES (?, ?, ?, ?, 0.1)')
  const finish = db.prepare('UPDATE runs SET last_epoch = ?, best_epoch = ? WHERE id = ?')
  for (let id = 1; id <= size.runs; id++) {
    const random = new Random(id)
    db.transaction(() => {
      for (let epoch = 1; epoch <= size.epochs; epoch++) {
        const error = 0.08 + 0.8 * Math.exp((-4 * epoch) / size.epochs) + 0.01 * random.uniform()
        insertEpoch.run(id, epoch, epoch * stepsPerEpoch, startedAt + epoch)
        for (const [index, value] of [2.3 * error, error * 0.8, 2.4 * error, error, 2.5 * error, error].entries())
          insertResult.run(id, epoch, index + 1, value)
      }
      for (let step = 1; step <= size.steps; step++)
        insertStep.run(id, step, 0.1 + 2.2 * Math.exp((-5 * step) / size.steps) + 0.2 * random.uniform(), 0.5 + 0.4 * random.uniform())
      finish.run(size.epochs, size.epochs, id)
    })()
  }
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}

function insertRuns(db: Handle, size: LabSize): void {
  const recipe = resolveRecipe('demo', { epochs: size.epochs, stepLogInterval: 1 })
  const insertSweep = db.prepare('INSERT INTO sweeps (id, name, sweep, created_at) VALUES (?, ?, ?, ?)')
  const insertRun =
    db.prepare(`INSERT INTO runs (id, sweep_id, name, settings, settings_hash, architecture, family, depth, shortcut, seed, dataset,
    recipe, parameter_count, multiply_adds,
    total_steps, total_epochs, evaluation_images, memory_bytes, state, priority, position, queued_at, started_at, finished_at, trained_ms)
    VALUES (@id, @sweepId, @name, @settings, @hash, 'cifar', @family, @depth, 'A', @seed, 'shapes-10', 'demo', @parameters,
      @multiplyAdds, @totalSteps, @epochs, 1000, 500000000, 'finished', 0, @id, @at, @at, @at, @trainedMs)`)
  const addRun = db.prepare('INSERT INTO sweep_runs (sweep_id, place, run_id, reused) VALUES (?, ?, ?, 0)')
  const networks = (['plain', 'residual'] as const).flatMap((family) =>
    depths.map((n) => resolveDesign({ family, n, shortcut: 'A', widths: [16, 32, 64], inputShape: [32, 32, 3], classes: 10 })),
  )
  const built = networks.map((network) => ({ network, ...buildNetwork(network) }))
  db.transaction(() => {
    for (let index = 0; index < size.runs; index++) {
      const { network, parameterCount, multiplyAdds } = built[index % built.length]!
      const sweepId = 1 + Math.floor(index / size.runsPerSweep)
      const seed = 1 + Math.floor((index % size.runsPerSweep) / built.length)
      const settings: RunSettings = { network, dataset: { name: 'shapes-10', checksum: 'a'.repeat(64) }, recipe, seed }
      const sweep = {
        name: `sweep ${sweepId}`,
        dataset: 'shapes-10',
        recipe: 'demo',
        set: {},
        families: ['plain', 'residual'],
        architecture: 'cifar',
        depths: depths.map((n) => depthOfN(n)),
        shortcuts: ['A'],
        widths: [[16, 32, 64]],
        seeds: 1,
        priority: 0,
      }
      if (index % size.runsPerSweep === 0) insertSweep.run(sweepId, sweep.name, JSON.stringify(sweep), startedAt + index)
      insertRun.run({
        id: index + 1,
        sweepId,
        name: `${labelOf(network)}, seed ${seed}`,
        settings: JSON.stringify(settings),
        hash: `made-up-${index}`,
        family: network.family,
        depth: depthOf(network),
        seed,
        parameters: parameterCount,
        multiplyAdds,
        totalSteps: Math.max(size.steps, size.epochs * stepsPerEpoch),
        epochs: size.epochs,
        at: startedAt + index,
        trainedMs: size.epochs * 56_000,
      })
      addRun.run(sweepId, index % size.runsPerSweep, index + 1)
    }
  })()
}
