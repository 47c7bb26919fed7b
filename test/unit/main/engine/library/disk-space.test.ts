import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { EventName } from '../../../../../src/common/rpc/contract.ts'
import { type DiskChoice, diskChoiceSchema } from '../../../../../src/common/records/disk.ts'
import type { RunState } from '../../../../../src/common/records/records.ts'
import { sweepSchema } from '../../../../../src/common/sweep/sweep.ts'
import { Journal } from '../../../../../src/main/engine/journal/journal.ts'
import { Datasets } from '../../../../../src/main/engine/library/datasets.ts'
import { DiskBudget } from '../../../../../src/main/engine/library/disk-budget.ts'
import { DiskSpace } from '../../../../../src/main/engine/library/disk-space.ts'
import { Removal } from '../../../../../src/main/engine/library/removal.ts'
import { Store } from '../../../../../src/main/store/store.ts'
import { InitialWeightFiles } from '../../../../../src/main/engine/library/initial-weight-files.ts'
import { openWorkspace } from '../../../../../src/main/workspace/workspace.ts'
import { writeTinyDataset } from '../../../../fixtures/tiny-dataset.ts'
import { expectFailure } from '../../../../support/expect-failure.ts'
import { newRun, settingsOf } from '../../../../support/new-run.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

const choice = (some: Partial<DiskChoice>): DiskChoice => diskChoiceSchema.parse(some)

/** A workspace with a real database and files, whose engine may die and start again. */
class Disk {
  readonly store = new Store(':memory:')
  readonly told: EventName[] = []
  readonly folder: string
  readonly removal: Removal
  readonly space: DiskSpace
  usedBytes = 0

  private constructor(workspace: Awaited<ReturnType<typeof openWorkspace>>) {
    const { store } = this
    this.folder = workspace.folder
    const log = (): void => undefined
    const journal = new Journal(store, (name) => this.told.push(name), log, log)
    const datasets = new Datasets(workspace.datasets, () => undefined)
    this.removal = new Removal({
      store,
      journal,
      checkpointsFolder: workspace.checkpoints,
      logsFolder: workspace.logs,
      log,
      onRemove: () => undefined,
      onPurge: () => undefined,
    })
    const budgetBytes = (): null => null
    const onMeasured = (bytes: number): void => void (this.usedBytes = bytes)
    const initialWeights = new InitialWeightFiles(store, workspace.weights)
    this.space = new DiskSpace({ store, journal, datasets, removal: this.removal, initialWeights, workspace, budgetBytes, onMeasured, log })
  }

  static async open(): Promise<Disk> {
    return new Disk(await openWorkspace(await temporaryFolder()))
  }

  /** A run with checkpoints of 100 bytes, the first epoch's first, named by their errors. */
  run(
    state: RunState,
    errors: readonly number[],
    { sweepId = null as number | null, dataset = 'shapes-10', keepCheckpointEvery = 0 } = {},
  ): number {
    const { store, folder } = this
    const settings = settingsOf({ dataset })
    const runId = store.runs.insert(newRun({ sweepId, settings: { ...settings, recipe: { ...settings.recipe, keepCheckpointEvery } } }))
    store.runs.change(runId, { state })
    mkdirSync(join(folder, 'checkpoints', String(runId)))
    for (const [index, error] of errors.entries()) {
      const file = `step-${index + 1}.safetensors`
      writeFileSync(this.checkpoint(runId, file), Buffer.alloc(100))
      store.checkpoints.insert(runId, 1, { file, step: index + 1, epoch: index + 1, sha256: 'a', bytes: 100, error }, [], 1)
    }
    writeFileSync(join(folder, 'logs', `run-${runId}.log`), 'ten bytes.')
    return runId
  }

  checkpoint(runId: number, file: string): string {
    return join(this.folder, 'checkpoints', String(runId), file)
  }

  files(runId: number): string[] {
    const folder = join(this.folder, 'checkpoints', String(runId))
    return existsSync(folder) ? readdirSync(folder).sort() : []
  }

  /** Names of the files that have a record. */
  records(runId: number): string[] {
    const valid = this.store.checkpoints.valid(runId)
    return valid.map(({ file }) => file).sort()
  }
}

describe('the room that a workspace takes', () => {
  it('the room that a workspace takes is told by kind, run and data set, and what was removed apart', async () => {
    const disk = await Disk.open()
    const [stays, goes] = [disk.run('finished', [0.2, 0.1]), disk.run('finished', [0.1])]
    writeTinyDataset(join(disk.folder, 'datasets', 'stripes'))
    writeFileSync(join(disk.folder, 'evaluations', '1.safetensors'), Buffer.alloc(7))
    disk.removal.removeRuns([goes])
    const usage = await disk.space.usage()
    expect(usage.kinds).toMatchObject({
      checkpoints: { files: 2, bytes: 200 },
      removed: { files: 2, bytes: 110 },
      evaluations: { files: 1, bytes: 7 },
      logs: { files: 1, bytes: 10 },
    })
    expect(usage.bytes).toBe(Object.values(usage.kinds).reduce((sum, { bytes }) => sum + bytes, 0))
    expect(disk.usedBytes).toBe(usage.bytes)
    expect(usage.runs).toEqual([{ runId: stays, name: 'residual-8 A, seed 1', state: 'finished', files: 2, bytes: 200 }])
    expect(usage.datasets).toMatchObject([{ name: 'stripes', runs: 0, bytes: usage.kinds.datasets.bytes }])
    expect(usage.removed).toMatchObject([{ sweepId: null, runIds: [goes], bytes: 110 }])
    expect(usage.removed[0]!.purgeAt).toBeGreaterThan(Date.now())
    expect(usage.freeBytes).toBeGreaterThan(0)
  })

  it('the room that removed runs take is that of their sweep where they went with it', async () => {
    const disk = await Disk.open()
    const sweepId = disk.store.sweeps.insert(
      sweepSchema.parse({ name: 'gone', dataset: 'used', recipe: 'demo', families: ['plain'], n: [1] }),
      1,
    )
    const runs = [disk.run('finished', [0.1], { sweepId }), disk.run('finished', [0.1], { sweepId })]
    for (const [index, runId] of runs.entries()) disk.store.sweeps.addRun(sweepId, index, runId, false)
    disk.removal.removeSweep(sweepId, true)
    expect((await disk.space.usage()).removed).toMatchObject([{ sweepId, name: 'gone', runIds: runs, files: 4, bytes: 220 }])
  })
})

describe('making room', () => {
  it('making room leaves the checkpoints that a recipe keeps for good', async () => {
    const disk = await Disk.open()
    const keeping = disk.run('finished', [0.1, 0.5, 0.4, 0.3, 0.2], { keepCheckpointEvery: 2 })
    const plan = await disk.space.plan(choice({ thin: true }))
    expect(plan.parts).toMatchObject([{ kind: 'thin', runId: keeping, files: 1 }])
    await disk.space.free(choice({ thin: true }), plan.planHash)
    expect(disk.files(keeping)).toEqual([1, 2, 4, 5].map((epoch) => `step-${epoch}.safetensors`))
    expect(disk.records(keeping)).toEqual(disk.files(keeping))
  })

  it('making room thins runs that are over to their last and best checkpoint, and leaves those with training to do', async () => {
    const disk = await Disk.open()
    const over = disk.run('finished', [0.3, 0.1, 0.4, 0.2])
    const queued = (['running', 'interrupted', 'paused', 'held', 'waiting'] as const).map((state) => disk.run(state, [0.3, 0.1, 0.4, 0.2]))
    const plan = await disk.space.plan(choice({ thin: true }))
    expect(plan).toMatchObject({ parts: [{ kind: 'thin', runId: over, files: 2, bytes: 200 }], files: 2, bytes: 200, leftRunIds: [] })
    expect(disk.files(over), 'a plan deletes nothing').toHaveLength(4)
    expect(await disk.space.free(choice({ thin: true }), plan.planHash)).toEqual({ files: 2, bytes: 200, problems: [] })
    expect(disk.files(over)).toEqual(['step-2.safetensors', 'step-4.safetensors'])
    expect(disk.records(over)).toEqual(disk.files(over))
    for (const runId of queued) expect(disk.files(runId)).toHaveLength(4)
    expect(await disk.space.plan(choice({ thin: true }))).toMatchObject({ parts: [], bytes: 0 })
  })

  it('making room does exactly what was shown, or nothing', async () => {
    const disk = await Disk.open()
    disk.run('finished', [0.3, 0.2, 0.1])
    const { planHash } = await disk.space.plan(choice({ thin: true }))
    const later = disk.run('cancelled', [0.3, 0.2, 0.1])
    await expectFailure(disk.space.free(choice({ thin: true }), planHash), 'conflict', 'Nothing was deleted')
    await expectFailure(disk.space.free(choice({}), planHash), 'conflict', 'Nothing was deleted')
    expect(disk.files(later)).toHaveLength(3)
  })

  it('making room leaves a run alone whose last or best checkpoint is not whole', async () => {
    const disk = await Disk.open()
    const cut = disk.run('finished', [0.3, 0.2, 0.1])
    writeFileSync(disk.checkpoint(cut, 'step-3.safetensors'), 'cut')
    expect(await disk.space.plan(choice({ thin: true }))).toMatchObject({ parts: [], leftRunIds: [cut] })
  })

  it('making room deletes checkpoints that were put aside as damaged', async () => {
    const disk = await Disk.open()
    const run = disk.run('finished', [0.3, 0.1])
    disk.store.checkpoints.reject(run, 'step-1.safetensors', 'its contents changed')
    writeFileSync(disk.checkpoint(run, 'step-1.safetensors.damaged'), Buffer.alloc(50))
    const plan = await disk.space.plan(choice({ thin: true }))
    expect(plan.bytes).toBe(50)
    await disk.space.free(choice({ thin: true }), plan.planHash)
    expect(disk.files(run)).toEqual(['step-1.safetensors', 'step-2.safetensors'])
  })

  it('making room deletes removed runs before their time, which then cannot come back', async () => {
    const disk = await Disk.open()
    const run = disk.run('finished', [0.1])
    disk.removal.removeRuns([run])
    const plan = await disk.space.plan(choice({ purge: true }))
    expect(plan.parts).toEqual([{ kind: 'purge', runId: run, name: 'residual-8 A, seed 1', files: 2, bytes: 110 }])
    await disk.space.free(choice({ purge: true }), plan.planHash)
    expect([disk.files(run), readdirSync(join(disk.folder, 'logs'))]).toEqual([[], []])
    expect(() => disk.removal.restoreRuns([run])).toThrow('Nothing to restore')
  })

  it('making room deletes data sets that no run is trained on, and refuses others', async () => {
    const disk = await Disk.open()
    writeTinyDataset(join(disk.folder, 'datasets', 'stripes'))
    const run = disk.run('finished', [0.1], { dataset: 'stripes' })
    disk.removal.removeRuns([run])
    const stripes = choice({ datasets: ['stripes'] })
    await expectFailure(disk.space.plan(stripes), 'conflict', 'that no run is trained on; 1 run is trained on stripes')
    await expectFailure(disk.space.plan(choice({ datasets: ['nothing'] })), 'not-found', 'There is no data set "nothing"')
    disk.removal.purge(Date.now() + disk.removal.keptMs)
    const plan = await disk.space.plan(stripes)
    expect(await disk.space.free(stripes, plan.planHash)).toEqual({ files: 5, bytes: plan.bytes, problems: [] })
    expect(readdirSync(join(disk.folder, 'datasets'))).toEqual([])
  })

  it('making room is finished by the next engine when one dies between the records and the files', async () => {
    const disk = await Disk.open()
    const thinned = disk.run('finished', [0.3, 0.2, 0.1])
    const tried = disk.run('cancelled', [0.3, 0.2, 0.1])
    const purged = disk.run('finished', [0.1])
    disk.removal.removeRuns([purged])
    // What an engine has stored that was killed before it deleted the first file.
    disk.store.write('power-cut', () => {
      for (const runId of [thinned, tried]) disk.store.checkpoints.remove(runId, 'step-1.safetensors')
      const paths = [thinned, tried].map((runId) => `${runId}/step-1.safetensors`)
      disk.store.settings.write('pending-deletions', paths)
      disk.store.removal.purge(purged, 5)
      // Tried again since then, this run wrote the file anew.
      disk.store.checkpoints.insert(tried, 2, { file: 'step-1.safetensors', step: 1, epoch: 1, sha256: 'b', bytes: 100, error: 1 }, [], 2)
    })
    await disk.space.finishDeletions()
    expect(disk.files(thinned)).toEqual(['step-2.safetensors', 'step-3.safetensors'])
    expect(disk.files(tried)).toHaveLength(3)
    expect(disk.files(purged)).toEqual([])
    expect(disk.store.settings.read('pending-deletions', z.array(z.string()), ['unread'])).toEqual([])
  })
})

describe('a budget', () => {
  it('a budget is exceeded, and kept again, by what was measured last', () => {
    let budget: number | null = null
    let changes = 0
    const measured: string[] = []
    const measure = (): Promise<void> => Promise.resolve(void measured.push('all files'))
    const watch = new DiskBudget({ budgetBytes: () => budget, measure, onChange: () => changes++, log: () => undefined })
    watch.check()
    expect(measured, 'without a budget nothing is measured').toEqual([])
    budget = 1000
    watch.check()
    watch.check()
    expect(measured, 'not every second').toHaveLength(1)
    watch.note(1001)
    expect([watch.over, changes]).toEqual([{ usedBytes: 1001, budgetBytes: 1000 }, 1])
    watch.note(1000)
    expect([watch.over, changes]).toEqual([null, 2])
  })
})
