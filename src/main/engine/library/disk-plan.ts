import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { SkiplabError } from '../../../common/failure.ts'
import type { DiskChoice, DiskPart, DiskPlan, DiskUsage, FileTotals } from '../../../common/records/disk.ts'
import { surplusCheckpoints } from '../../../common/results/surplus-checkpoints.ts'
import type { EndedCheckpoint } from '../../store/disk.ts'
import type { Store } from '../../store/store.ts'
import { totalOf, totalsBelow } from './file-sizes.ts'
import type { InitialWeightFiles } from './initial-weight-files.ts'

/** A run whose surplus checkpoints go: `records` are those that name them. */
export interface ThinPart extends DiskPart {
  readonly kind: 'thin'
  readonly runId: number
  readonly records: readonly string[]
  /** Below the folder of all checkpoints. */
  readonly paths: readonly string[]
}
export interface PurgePart extends DiskPart {
  readonly kind: 'purge'
  readonly runId: number
}
/** Initial weights that no run starts from once the removed ones are gone; `name` is the file's. */
export interface WeightsPart extends DiskPart {
  readonly kind: 'weights'
}
export interface DatasetPart extends DiskPart {
  readonly kind: 'dataset'
}

export interface PlannedParts {
  readonly thin: readonly ThinPart[]
  readonly purge: readonly PurgePart[]
  readonly weights: readonly WeightsPart[]
  readonly datasets: readonly DatasetPart[]
  readonly leftRunIds: readonly number[]
}

interface PlannedFrom {
  readonly store: Store
  readonly initialWeights: InitialWeightFiles
  readonly checkpointsFolder: string
}

/**
 * Finds every file that a choice deletes.
 * @param sizes of removed runs, with their logs
 * @throws SkiplabError not-found, conflict when a data set is not there or needed by a run
 */
export async function planParts(
  { store, initialWeights, checkpointsFolder }: PlannedFrom,
  choice: DiskChoice,
  usage: DiskUsage,
  sizeOfRemoved: (runId: number) => Promise<FileTotals>,
): Promise<PlannedParts> {
  const thin: ThinPart[] = []
  const leftRunIds: number[] = []
  for (const [runId, checkpoints] of choice.thin ? byRun(store.disk.endedCheckpoints()) : []) {
    const part = await thinPart(checkpointsFolder, runId, checkpoints)
    if (part === 'left') leftRunIds.push(runId)
    else if (part) thin.push(part)
  }
  const purge: PurgePart[] = []
  for (const { id: runId, name } of choice.purge ? store.disk.removed() : [])
    purge.push({ kind: 'purge', runId, name, ...(await sizeOfRemoved(runId)) })
  const weights = choice.purge ? await unusedWeights(initialWeights) : []
  return { thin, purge, weights, datasets: [...new Set(choice.datasets)].map((name) => datasetPart(name, usage)), leftRunIds }
}

/** Tells a plan to clients. */
export function describePlan({ thin, purge, weights, datasets, leftRunIds }: PlannedParts): DiskPlan {
  const all = [...thin, ...purge, ...weights, ...datasets]
  const parts = all.map(({ kind, runId, name, files, bytes }): DiskPart => ({ kind, runId, name, files, bytes }))
  const planHash = createHash('sha256').update(JSON.stringify(all)).digest('hex')
  return { parts: parts.sort((a, b) => b.bytes - a.bytes), ...totalOf(parts), leftRunIds: [...leftRunIds], planHash }
}

/** Null where nothing is surplus; `left` where a checkpoint that is to stay is not there whole, so that the others may be needed. */
async function thinPart(folder: string, runId: number, checkpoints: readonly EndedCheckpoint[]): Promise<ThinPart | 'left' | null> {
  const { kept, surplus } = surplusCheckpoints(checkpoints, checkpoints[0]!)
  if (surplus.length === 0) return null
  for (const { file, bytes } of kept) if ((await totalsBelow(join(folder, String(runId), file))).bytes !== bytes) return 'left'
  const paths = surplus.map(({ file, rejected }) => `${runId}/${file}${rejected === null ? '' : '.damaged'}`)
  const sizes = await Promise.all(paths.map((path) => totalsBelow(join(folder, path))))
  const total = totalOf(sizes)
  if (total.files === 0) return null
  return { kind: 'thin', runId, name: surplus[0]!.name, ...total, records: surplus.map(({ file }) => file), paths }
}

async function unusedWeights(files: InitialWeightFiles): Promise<WeightsPart[]> {
  const parts: WeightsPart[] = []
  for (const name of files.unused(false))
    parts.push({ kind: 'weights', runId: null, name, ...(await totalsBelow(join(files.folder, name))) })
  return parts
}

function datasetPart(name: string, usage: DiskUsage): DatasetPart {
  const dataset = usage.datasets.find((each) => each.name === name)
  if (!dataset) throw new SkiplabError('not-found', `There is no data set "${name}" in this workspace.`)
  const { runs, files, bytes } = dataset
  if (runs > 0)
    throw new SkiplabError(
      'conflict',
      `Expected data sets that no run is trained on; ${runs === 1 ? '1 run is' : `${runs} runs are`} trained on ${name}. ` +
        `Delete it all the same with: skiplab data remove ${name}`,
    )
  return { kind: 'dataset', runId: null, name, files, bytes }
}

function byRun(checkpoints: readonly EndedCheckpoint[]): Map<number, EndedCheckpoint[]> {
  const runs = new Map<number, EndedCheckpoint[]>()
  for (const each of checkpoints) runs.set(each.runId, [...(runs.get(each.runId) ?? []), each])
  return runs
}
