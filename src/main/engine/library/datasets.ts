import { readdir } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { nearestName } from '../../../common/nearest-name.ts'
import type { DatasetManifest, PlannedSplits } from '../../../common/data/dataset.ts'
import type { ImportOptions } from '../../../common/data/import-options.ts'
import type { Inspection } from '../../../common/data/inspection.ts'
import { shapes10 } from '../../../common/data/shapes-10.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { DatasetSummary } from '../../../common/records/records.ts'
import { addDataset, builtInProviders } from '../../data/add-dataset.ts'
import { inspectSource } from '../../data/inspect-source.ts'
import { discardDownloads } from '../../data/input/download.ts'
import { type ClassSample, readClassSamples, readSamples } from '../../data/stored/class-samples.ts'
import { listDatasets, readManifest, removeDataset, verifyDataset, type ListedDataset } from '../../data/stored/dataset-folder.ts'
import { absolutePath } from '../../workspace/home-folder.ts'
import type { Broadcast } from '../journal/journal.ts'

/** Name of the data set that is generated on first use, since that takes seconds and needs no download. */
const generated = shapes10.name
const known: readonly string[] = builtInProviders.map(({ name }) => name)

/** What a plan needs to know of a data set. */
export type PlannedDataset = Pick<DatasetManifest, 'name' | 'checksum' | 'image'> & {
  readonly classes: readonly string[]
  readonly splits: PlannedSplits
}

/** What is to be added. */
interface Wanted {
  readonly name: string
  readonly from: string | null
  readonly options: ImportOptions
  readonly known: string | undefined
}

interface Adding {
  readonly wanted: Wanted
  readonly manifest: Promise<DatasetManifest>
  readonly stop: AbortController
}

/** Manages the workspace's data sets. */
export class Datasets {
  readonly folder: string
  readonly #broadcast: Broadcast
  readonly #stop = new AbortController()
  readonly #inspecting = new Set<{ readonly name: string; readonly stop: AbortController }>()
  readonly #adding = new Map<string, Adding>()

  constructor(folder: string, broadcast: Broadcast) {
    this.folder = folder
    this.#broadcast = broadcast
  }

  folderOf(name: string): string {
    return join(this.folder, name)
  }

  /** Whether an import, a look at what could be imported or a download is going on. */
  get busy(): boolean {
    return this.#adding.size > 0 || this.#inspecting.size > 0
  }

  async list(): Promise<DatasetSummary[]> {
    return (await listDatasets(this.folder)).map(summary)
  }

  /** @param known the known data set that it is, where `name` is another */
  async add(name: string, from: string | null, options: ImportOptions = {}, known?: string): Promise<DatasetSummary> {
    await this.#add({ name, from, options, known })
    return summary(await this.#listed(name))
  }

  /** What an import would make of a folder or an archive. Progress is told under `name`, by which it is cancelled too. */
  async inspect(name: string, from: string, importOptions: ImportOptions, images: boolean): Promise<Inspection> {
    const path = sourcePath(from)
    const stop = new AbortController()
    const inspection = { name, stop }
    this.#inspecting.add(inspection)
    try {
      return await inspectSource(path, {
        images,
        importOptions,
        signal: AbortSignal.any([this.#stop.signal, stop.signal]),
        onProgress: (progress) => this.#broadcast('dataset.progress', { dataset: name, ...progress }),
      })
    } finally {
      this.#inspecting.delete(inspection)
      await this.#announce().catch(() => undefined)
    }
  }

  /**
   * Breaks off what is being added or inspected. An end of the engine keeps the part of a download, to go on from; a person who cancels
   * wants none of it, nor of one that broke off before.
   * @throws SkiplabError not-found when nothing of this name is being added, and nothing was left of it
   */
  async cancel(name: string): Promise<void> {
    const inspected = [...this.#inspecting].filter((each) => each.name === name)
    for (const { stop } of inspected) stop.abort(new SkiplabError('conflict', `Looking through ${name} was cancelled.`))
    const adding = this.#adding.get(name)
    if (!adding && inspected.length > 0) return
    // A download that broke off has left its part to go on from.
    if (!adding && (await discardDownloads(this.folder, name))) return
    if (!adding) {
      const others = [...this.#adding.keys()]
      throw new SkiplabError(
        'not-found',
        `No data set "${name}" is being added now${others.length ? `; being added: ${others.join(', ')}.` : '.'}`,
      )
    }
    adding.stop.abort(new SkiplabError('conflict', `Adding ${name} was cancelled; nothing of it stays.`))
    // It may have just become whole: then it stays.
    const [result] = await Promise.allSettled([adding.manifest])
    if (result.status === 'rejected') await discardDownloads(this.folder, name)
  }

  async verify(name: string): Promise<{ valid: boolean; problems: string[] }> {
    // Reads the folder itself: a damaged data set is not listed, and is the one to ask about; a name with a path in it is no entry.
    const entries = await readdir(this.folder).catch((): string[] => [])
    if (!entries.includes(name)) await this.#listed(name)
    const problems = await verifyDataset(this.folderOf(name))
    return { valid: problems.length === 0, problems }
  }

  async remove(name: string): Promise<void> {
    await removeDataset(this.folder, name)
    await this.#announce()
  }

  async samples(name: string, split: string, classIndex: number, count: number): Promise<Sample[]> {
    const { folder, manifest } = await this.#listed(name)
    if (classIndex >= manifest.classes.length)
      throw new SkiplabError('bad-input', `${name} has the classes 0 to ${manifest.classes.length - 1}; got ${classIndex}.`)
    return (await readClassSamples(folder, manifest, split, classIndex, count)).map(sampleOf)
  }

  /** Images of a split by their indices, in the order asked for. @throws SkiplabError not-found; bad-input for an index beyond the split */
  async images(name: string, split: string, indices: readonly number[]): Promise<Sample[]> {
    const { folder, manifest } = await this.#listed(name)
    return (await readSamples(folder, manifest, split, indices)).map(sampleOf)
  }

  /**
   * Finds the manifest of a data set for training; shapes-10 is generated if it is missing.
   * @throws SkiplabError not-found, saying how to add it
   */
  async forTraining(name: string): Promise<DatasetManifest> {
    return (await this.#present(name)) ?? this.#add({ name, from: null, options: {}, known: undefined })
  }

  /**
   * Finds what a sweep's plan needs; shapes-10 is known before it is generated.
   * @throws SkiplabError not-found, saying how to add it
   */
  async forPlanning(name: string): Promise<PlannedDataset> {
    const { height, width, channels } = shapes10
    return (await this.#present(name)) ?? { ...shapes10, image: { size: 'fixed', height, width, channels } }
  }

  /** Manifest of a data set that is here; null where there is none of this name. */
  async storedManifest(name: string): Promise<DatasetManifest | null> {
    return (await listDatasets(this.folder)).find(({ manifest }) => manifest.name === name)?.manifest ?? null
  }

  /** Names of the classes of a data set that is here with this checksum; null where there is none. */
  async classNames(name: string, checksum: string): Promise<readonly string[] | null> {
    return (await this.manifestOf(name, checksum))?.classes ?? null
  }

  /** Manifest of a data set that is here with this checksum; null where there is none. */
  async manifestOf(name: string, checksum: string): Promise<DatasetManifest | null> {
    const listed = await listDatasets(this.folder)
    return listed.find(({ manifest }) => manifest.name === name && manifest.checksum === checksum)?.manifest ?? null
  }

  /** Null: not there, and generated when it is needed. */
  async #present(name: string): Promise<DatasetManifest | null> {
    const listed = (await listDatasets(this.folder)).map((each) => each.manifest.name)
    if (listed.includes(name)) return readManifest(this.folderOf(name))
    if (name === generated) return null
    if (known.includes(name))
      throw new SkiplabError('not-found', `The data set ${name} is not in this workspace; add it with: skiplab data add ${name}`)
    const near = nearestName(name, [...listed, ...known])
    throw new SkiplabError(
      'not-found',
      `There is no data set "${name}" in this ` +
        `workspace${near ? `; did you mean "${near}"?` : `; there are: ${[...new Set([...listed, ...known])].join(', ')}.`}`,
    )
  }

  /** Ends imports and downloads; nothing half-done stays. */
  async close(): Promise<void> {
    this.#stop.abort(new SkiplabError('unavailable', 'The engine was stopped while the data set was being added.'))
    await Promise.allSettled([...this.#adding.values()].map(({ manifest }) => manifest))
  }

  /**
   * Adds a data set once for all callers that wait for it.
   * @throws SkiplabError conflict while another one of this name is being added
   */
  async #add(wanted: Wanted): Promise<DatasetManifest> {
    const { name, from, options, known } = wanted
    const source = from === null ? null : sourcePath(from)
    const running = this.#adding.get(name)
    if (running) {
      // Who asks for nothing takes what comes.
      const asksNothing = from === null && Object.keys(options).length === 0 && (known === undefined || known === running.wanted.known)
      if (asksNothing || isDeepStrictEqual(wanted, running.wanted)) return running.manifest
      throw new SkiplabError('conflict', `${name} is being added already, otherwise than was asked for. Wait for its end, or cancel it.`)
    }
    const stop = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, stop.signal])
    const manifest = addDataset(name, source, this.folder, {
      onProgress: (progress) => this.#broadcast('dataset.progress', progress),
      signal,
      importOptions: options,
      known,
    })
    this.#adding.set(name, { wanted, manifest, stop })
    try {
      const added = await manifest
      // What an earlier try has fetched of it, too: it may have come from elsewhere since.
      await discardDownloads(this.folder, name)
      return added
    } finally {
      this.#adding.delete(name)
      // Announced after a failure too, so that its progress is no longer shown.
      await this.#announce().catch(() => undefined)
    }
  }

  async #listed(name: string): Promise<ListedDataset> {
    const all = await listDatasets(this.folder)
    const found = all.find((each) => each.manifest.name === name)
    if (!found)
      throw new SkiplabError(
        'not-found',
        `No data set "${name}" in this workspace; there ` +
          `${all.length > 0 ? `are: ${all.map((each) => each.manifest.name).join(', ')}` : 'is none'}.`,
      )
    return found
  }

  async #announce(): Promise<void> {
    this.#broadcast('datasets.changed', await this.list())
  }
}

/** Requires an absolute path: a relative one, typed into the page, would start from the engine's own folder. */
function sourcePath(from: string): string {
  if (isAbsolute(from) || /^~(?:[/\\]|$)/.test(from)) return absolutePath(from)
  throw new SkiplabError(
    'bad-input',
    `Expected a path that starts at the top, such as /home/me/cifar-10-binary.tar.gz or ~/cifar-10-binary.tar.gz; got "${from}".`,
  )
}

/** An image as it goes over the wire. */
interface Sample {
  index: number
  shape: [number, number, number]
  pixels: string
}

function sampleOf({ index, shape, pixels }: ClassSample): Sample {
  return { index, shape: [...shape], pixels: pixels.toString('base64') }
}

function summary({ manifest, bytes }: ListedDataset): DatasetSummary {
  const { name, title, classes, checksum, source, notes = [], createdAt, image, splits } = manifest
  const imageShape: DatasetSummary['imageShape'] = image.size === 'fixed' ? [image.height, image.width, image.channels] : null
  return {
    name,
    title,
    classes,
    imageShape,
    trainCount: splits.train.count,
    validationCount: splits.validation?.count ?? null,
    testCount: splits.test.count,
    checksum,
    source,
    notes,
    bytes,
    createdAt,
  }
}
