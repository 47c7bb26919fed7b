import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, extname, isAbsolute, join } from 'node:path'
import { SkiplabError } from '../../../common/failure.ts'
import type { Network } from '../../../common/network/network.ts'
import type { CheckpointRecord } from '../../../common/rpc/worker-protocol.ts'
import type { WeightInspection, WeightOptions } from '../../../common/rpc/weights.ts'
import type { ImportedFrom } from '../../../common/weights/imported-from.ts'
import { estimateMemory } from '../../../common/sweep/memory.ts'
import { resolveRecipe } from '../../../common/training/recipes.ts'
import type { Recipe } from '../../../common/training/recipe.ts'
import type { RunSettings } from '../../../common/training/run-settings.ts'
import { hashFile } from '../../data/stored/hash-file.ts'
import type { Store } from '../../store/store.ts'
import { ownSettings } from '../../weights/own-metadata.ts'
import { openWeights } from '../../weights/read/open-weights.ts'
import type { WeightFile } from '../../weights/read/source/weight-file.ts'
import { takeWeights } from '../../weights/read/take-weights.ts'
import { writeFirstCheckpoint } from '../../worker/checkpoint/first-checkpoint.ts'
import { settingsHashOf } from '../../worker/checkpoint/settings-hash.ts'
import { absolutePath } from '../../workspace/home-folder.ts'
import type { Journal } from '../journal/journal.ts'
import type { Datasets } from './datasets.ts'
import { inspectionOf, type KnownDataset, type ReadWeights, readWeights } from './read-weights.ts'

interface WeightImportsOptions {
  readonly store: Store
  readonly journal: Journal
  readonly datasets: Datasets
  readonly checkpointsFolder: string
}

interface ImportedRun {
  readonly settings: RunSettings
  readonly settingsHash: string
  readonly network: Network
  readonly imported: ImportedFrom
  readonly name: string
}

/** What is being imported and has no run yet; nothing else begins so. */
const incoming = '.incoming-weights-'

/** Takes weights that were trained elsewhere into the workspace, as runs of their own. */
export class WeightImports {
  readonly #options: WeightImportsOptions

  constructor(options: WeightImportsOptions) {
    this.#options = options
    const { checkpointsFolder: folder } = options
    const litter = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(incoming)) : []
    for (const name of litter) rmSync(join(folder, name), { recursive: true, force: true })
  }

  /** What is in a file, and what its import would make of it; nothing is written. */
  async inspect(path: string, options: WeightOptions): Promise<WeightInspection> {
    const from = requireAbsolute(path)
    return opened(from, async (file) => {
      const name = options.dataset ?? ownSettings(file.metadata)?.dataset.name ?? null
      const dataset = await this.#dataset(name)
      return inspectionOf(from, file, readWeights(file, options, dataset), name === null ? null : { name, present: dataset !== null })
    })
  }

  /**
   * Makes a finished run of a file's weights.
   * @param name of the run; null: of the file
   * @throws SkiplabError bad-input with what does not fit; nothing is kept then
   */
  async import(path: string, options: WeightOptions, name: string | null): Promise<{ runId: number }> {
    const from = requireAbsolute(path)
    return opened(from, async (file) => {
      const dataset = await this.#dataset(options.dataset ?? ownSettings(file.metadata)?.dataset.name ?? null)
      const read = readWeights(file, options, dataset)
      const fitting = requireFit(from, read)
      const settings = settingsOf(fitting.network, read, options, dataset)
      const folder = join(this.#options.checkpointsFolder, incoming + randomUUID())
      try {
        mkdirSync(this.#options.checkpointsFolder, { recursive: true })
        const arrays = takeWeights(file, fitting.network, fitting.match, read.channelOrder)
        const sha256 = await hashFile(from, 'sha256')
        // Settings tell nothing of the weights: without their source imports of other files would be one experiment.
        const settingsHash = settingsHashOf(settings, `${sha256} ${read.channelOrder}`)
        const checkpoint = await writeFirstCheckpoint(folder, settingsHash, arrays)
        const imported = { file: basename(from), sha256, format: file.format }
        return this.#commit(folder, checkpoint, { settings, settingsHash, network: fitting.network, imported, name: name ?? nameOf(from) })
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
  }

  #commit(
    folder: string,
    checkpoint: CheckpointRecord,
    { settings, settingsHash, network, imported, name }: ImportedRun,
  ): { runId: number } {
    const { store, journal, checkpointsFolder } = this.#options
    return journal.commit((announce) => {
      const now = Date.now()
      const runId = store.runs.insert({
        ...{ sweepId: null, name, settings, settingsHash, imported, priority: 0, queuedAt: now },
        ...{ totalSteps: 0, totalEpochs: 0, evaluationImages: 0 },
        parameterCount: network.parameterCount,
        multiplyAdds: network.multiplyAdds,
        memoryBytes: estimateMemory(network, settings.recipe, 0, 'fp32'),
      })
      store.runs.change(runId, { state: 'finished', finishedAt: now })
      store.checkpoints.insert(runId, 0, checkpoint, [], now)
      const target = join(checkpointsFolder, String(runId))
      // What stands there is of a run whose number was never given: an import that ended between the rename and this commit.
      rmSync(target, { recursive: true, force: true })
      renameSync(folder, target)
      announce.event(runId, 'info', 'imported', `weights of ${imported.file} (SHA-256 ${imported.sha256.slice(0, 12)}...)`)
      announce.changed(runId)
      return { runId }
    })
  }

  /** Null where none was named or it is not in the workspace: then it is kept by name, and an evaluation says what is missing. */
  async #dataset(name: string | null): Promise<KnownDataset | null> {
    if (name === null) return null
    const listed = await this.#options.datasets.list()
    return listed.some((each) => each.name === name) ? this.#options.datasets.forPlanning(name) : null
  }
}

async function opened<T>(path: string, work: (file: WeightFile) => T | Promise<T>): Promise<T> {
  const file = openWeights(path)
  try {
    return await work(file)
  } finally {
    file.close()
  }
}

/** @throws SkiplabError bad-input listing what does not fit */
function requireFit(path: string, { network, match, mismatches }: ReadWeights) {
  if (network && match && mismatches.length === 0) return { network, match }
  // Some are whole sentences.
  const shown = mismatches.slice(0, 8).map((each) => each.replace(/\.$/, ''))
  const more = mismatches.length > shown.length ? ` ... and ${mismatches.length - shown.length} more` : ''
  throw new SkiplabError(
    'bad-input',
    `The weights of ${basename(path)} do not fit ${network?.name ?? 'a network of Skiplab'}: ${shown.join('; ')}${more}. ` +
      'Nothing was imported.',
  )
}

/** Settings that an evaluation needs; the recipe is the paper's, which nothing was trained with. */
function settingsOf(
  network: Network,
  { moments, epsilon, own }: ReadWeights,
  { dataset: name }: WeightOptions,
  dataset: KnownDataset | null,
): RunSettings {
  const { design } = network
  // The mean of an export may be one of training images, so which these were has to stay.
  if (own) {
    const images = name === null ? own.dataset : { name, checksum: dataset?.checksum ?? '' }
    // What these weights once started from is no file of this workspace.
    const { initialWeights: _start, ...trained } = own
    return { ...trained, network: design, dataset: images, recipe: { ...own.recipe, name: 'imported' } }
  }
  const isCifar = design.architecture === 'cifar'
  const given = moments
    ? { normalization: 'given', normalizationMean: [...moments.mean], normalizationStd: [...moments.std] }
    : { normalization: 'none' }
  const recipe: Recipe = {
    ...resolveRecipe(isCifar ? 'paper-cifar10' : 'paper-imagenet', {
      ...given,
      batchNormEpsilon: epsilon,
      validationSize: 0,
      scaleJitter: [],
      imageSize: isStoredSize(network, dataset) ? null : design.inputShape[0],
    }),
    name: 'imported',
  }
  return { network: design, dataset: { name: name ?? unnamed, checksum: dataset?.checksum ?? '' }, recipe, seed: 0 }
}

/** Stands where nobody said what the classes are of. */
const unnamed = 'unknown'

function isStoredSize({ design: { inputShape } }: Network, dataset: KnownDataset | null): boolean {
  if (!dataset) return inputShape[0] === 32
  return dataset.image.size === 'fixed' && dataset.image.height === inputShape[0] && dataset.image.width === inputShape[1]
}

function nameOf(path: string): string {
  const stem = basename(path, extname(path))
    .replace(/\p{Cc}/gu, ' ')
    .trim()
  return stem.slice(0, 120) || 'imported'
}

function requireAbsolute(path: string): string {
  if (isAbsolute(path) || /^~(?:[/\\]|$)/.test(path)) return absolutePath(path)
  throw new SkiplabError('bad-input', `Expected a path that starts at the top, such as /home/me/resnet50.pth; got "${path}".`)
}
