import { join } from 'node:path'
import type { DatasetSummary } from '../../../common/records/records.ts'
import type { DiskUsage, FileTotals, RemovedGroup } from '../../../common/records/disk.ts'
import { freeDiskBytes, type Workspace } from '../../workspace/workspace.ts'
import type { Store } from '../../store/store.ts'
import type { RemovedRun } from '../../store/disk.ts'
import { entriesOf, noFiles, totalOf, totalsBelow } from './file-sizes.ts'

export interface MeasureOptions {
  readonly store: Store
  readonly workspace: Workspace
  readonly datasets: readonly DatasetSummary[]
  readonly budgetBytes: number | null
  /** How long what was removed can be brought back. */
  readonly keptMs: number
}

const logOfRun = /^run-(\d+)\.log(?:\.\d+)?$/

/** Measures every file that a workspace holds. */
export async function measureDisk({ store, workspace, datasets, budgetBytes, keptMs }: MeasureOptions): Promise<DiskUsage> {
  const { folder, database } = workspace
  const runs = store.disk.runs()
  const removed = store.disk.removed()
  const checkpoints = await checkpointsByRun(workspace.checkpoints)
  const logs = await logsByRun(workspace.logs)
  const ofRemoved = new Map(removed.map(({ id }) => [id, totalOf([checkpoints.get(id) ?? noFiles, logs.get(id) ?? noFiles])]))
  const isRemoved = (id: number | null): boolean => id !== null && ofRemoved.has(id)
  const stays = (all: ReadonlyMap<number | null, FileTotals>) => totalOf([...all].filter(([id]) => !isRemoved(id)).map(([, each]) => each))
  const databaseFiles = await Promise.all(['', '-wal', '-shm'].map((end) => totalsBelow(`${database}${end}`)))
  const kinds = {
    checkpoints: stays(checkpoints),
    removed: totalOf([...ofRemoved.values()]),
    datasets: await totalsBelow(workspace.datasets),
    evaluations: await totalsBelow(join(folder, 'evaluations')),
    analyses: await totalsBelow(workspace.analyses),
    weights: await totalsBelow(workspace.weights),
    database: totalOf(databaseFiles),
    logs: stays(logs),
    exports: await totalsBelow(join(folder, 'exports')),
    temporary: await totalsBelow(workspace.temporary),
  }
  const users = store.disk.runsByDataset()
  const sized = []
  for (const { name, title } of datasets)
    sized.push({ name, title, runs: users.get(name) ?? 0, ...(await totalsBelow(join(workspace.datasets, name))) })
  return {
    ...totalOf(Object.values(kinds)),
    freeBytes: await freeDiskBytes(folder),
    budgetBytes,
    kinds,
    runs: runs
      .flatMap(({ id, name, state }) => {
        const size = checkpoints.get(id)
        return size ? [{ runId: id, name, state, ...size }] : []
      })
      .sort(byBytes),
    datasets: sized.sort(byBytes),
    removed: groupRemoved(removed, ofRemoved, keptMs),
  }
}

/** Sums up the files of each run's folder; those of no run under null. */
async function checkpointsByRun(folder: string): Promise<Map<number | null, FileTotals>> {
  const found: [number | null, FileTotals][] = []
  for (const name of await entriesOf(folder)) found.push([/^\d+$/.test(name) ? Number(name) : null, await totalsBelow(join(folder, name))])
  return summed(found)
}

/** Sums up the logs of each run; the engine's own under null. */
async function logsByRun(folder: string): Promise<Map<number | null, FileTotals>> {
  const found: [number | null, FileTotals][] = []
  for (const name of await entriesOf(folder)) {
    const run = logOfRun.exec(name)?.[1]
    found.push([run === undefined ? null : Number(run), await totalsBelow(join(folder, name))])
  }
  return summed(found)
}

function summed(found: readonly (readonly [number | null, FileTotals])[]): Map<number | null, FileTotals> {
  const sums = new Map<number | null, FileTotals>()
  for (const [id, size] of found) sums.set(id, totalOf([sums.get(id) ?? noFiles, size]))
  return sums
}

/** Puts runs that were removed with their sweep together, since they come back with it. */
function groupRemoved(runs: readonly RemovedRun[], sizes: ReadonlyMap<number, FileTotals>, keptMs: number): RemovedGroup[] {
  const groups = new Map<string, RemovedGroup>()
  for (const { id, name, removedAt, sweepId, sweepName } of runs) {
    const key = sweepId === null ? `run ${id}` : `sweep ${sweepId}`
    const group = groups.get(key) ?? { sweepId, name: sweepName ?? name, runIds: [], purgeAt: removedAt + keptMs, ...noFiles }
    groups.set(key, { ...group, runIds: [...group.runIds, id], ...totalOf([group, sizes.get(id) ?? noFiles]) })
  }
  return [...groups.values()]
}

function byBytes(a: FileTotals, b: FileTotals): number {
  return b.bytes - a.bytes
}
