import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isDiskFull } from '../../common/caught.ts'
import { type DatasetManifest, datasetNameSchema } from '../../common/data/dataset.ts'
import type { ImportOptions } from '../../common/data/import-options.ts'
import { nearestName } from '../../common/nearest-name.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { DatasetProgress } from '../../common/records/records.ts'
import { cifar10Provider } from './providers/cifar10/cifar10.ts'
import { cifar100Provider } from './providers/cifar100/cifar100.ts'
import { fashionMnistProvider } from './providers/fashion-mnist/fashion-mnist.ts'
import { photoProviders } from './providers/imagenette/imagenette.ts'
import { type Asked, requireAsAsked } from './present-dataset.ts'
import { readManifest, verifyDataset } from './stored/dataset-folder.ts'
import { DatasetWriter } from './stored/dataset-writer.ts'
import { syncFolder } from './stored/sync-folder.ts'
import { withIncomingFolder } from './stored/incoming-folder.ts'
import type { DatasetProvider } from './providers/provider.ts'
import { imageFolderProvider } from './providers/image-folder/image-folder.ts'
import { shapes10Provider } from './providers/shapes/shapes-10.ts'

export const builtInProviders: readonly DatasetProvider[] = [
  shapes10Provider,
  cifar10Provider(),
  cifar100Provider(),
  fashionMnistProvider(),
  ...photoProviders(),
]

/** Data set folders that this process is making right now. */
const beingAdded = new Set<string>()

export interface AddDatasetOptions {
  onProgress?: (progress: DatasetProgress) => void
  signal?: AbortSignal
  providers?: readonly DatasetProvider[]
  /** What is asked of an import of images. */
  importOptions?: ImportOptions
  /** The known data set that it is, where it is stored under a name of its own. */
  known?: string | undefined
}

/**
 * Makes, imports or downloads a data set into `datasetsFolder/<name>`: one that is known by name, or any name for images of one's own.
 * It grows beside, is flushed to disk and appears by one rename; after a failure or an abort nothing of it is left. One that is there
 * and whole is returned unchanged if it is what was asked for, a damaged one replaced.
 *
 * @param from absolute path of an archive or folder; null to generate (shapes-10) or download (cifar10)
 * @throws SkiplabError bad-input (unknown name, input refused: file and offset named, another one of this name is there), not-found,
 *   unavailable (network, disk full), conflict (the same is being added); the signal's reason when aborted
 */
export async function addDataset(
  name: string,
  from: string | null,
  datasetsFolder: string,
  options: AddDatasetOptions = {},
): Promise<DatasetManifest> {
  const providers = options.providers ?? builtInProviders
  const known = options.known === name ? undefined : options.known
  const provider =
    known === undefined
      ? (providers.find((candidate) => candidate.name === name) ?? ownImages(name, from, providers))
      : renamed(known, name, providers)
  const asked: Asked = { ...(known === undefined ? {} : { known }), options: options.importOptions ?? {} }
  if (!provider.takesOptions && Object.keys(asked.options).length > 0)
    throw new SkiplabError(
      'bad-input',
      `${name} is always the same: it takes no size, classes, shares or title. To import images of your own, give them another name.`,
    )
  options.signal?.throwIfAborted()
  const target = join(datasetsFolder, name)
  if (beingAdded.has(target)) throw new SkiplabError('conflict', `The data set ${name} is being added already. Wait for its end.`)
  beingAdded.add(target)
  try {
    const present = await wholeDataset(target)
    if (present) requireAsAsked(present, asked)
    return present ?? (await makeDataset(provider, from, target, asked, options))
  } catch (error) {
    throw isDiskFull(error) ? fullDisk(datasetsFolder) : error
  } finally {
    beingAdded.delete(target)
  }
}

async function makeDataset(
  provider: DatasetProvider,
  from: string | null,
  target: string,
  asked: Asked,
  { signal, onProgress }: AddDatasetOptions,
): Promise<DatasetManifest> {
  const [name, datasetsFolder] = [basename(target), dirname(target)]
  return withIncomingFolder(datasetsFolder, async (folder) =>
    provider.run({
      name,
      from,
      options: asked.options,
      datasetsFolder,
      signal,
      onProgress: (progress) => onProgress?.({ dataset: name, ...progress }),
      write: async (description, counts, fill) => {
        const { known, options } = asked
        const title = known === undefined || options.title !== undefined ? description.title : `${description.title} (${name})`
        const stored = { ...description, name, title, ...(provider.takesOptions ? { asked } : {}) }
        const writer = await DatasetWriter.open(folder, stored, counts)
        let manifest: DatasetManifest
        try {
          await fill(writer)
          signal?.throwIfAborted()
          manifest = await writer.finish()
        } finally {
          await writer.close()
        }
        signal?.throwIfAborted()
        return publish(folder, target, datasetsFolder, manifest)
      },
    }),
  )
}

async function publish(folder: string, target: string, datasetsFolder: string, manifest: DatasetManifest): Promise<DatasetManifest> {
  for (let attempt = 1; ; attempt++) {
    // Another process may have been quicker; its data set is as good. A damaged one is replaced.
    const present = await wholeDataset(target)
    if (present) return present
    await rm(target, { recursive: true, force: true })
    try {
      await rename(folder, target)
      syncFolder(datasetsFolder)
      return manifest
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}

/** Reads the manifest of a data set whose every byte is as it was written; null for any other. */
async function wholeDataset(folder: string): Promise<DatasetManifest | null> {
  return (await verifyDataset(folder)).length === 0 ? readManifest(folder) : null
}

/** @throws SkiplabError bad-input for a name that nothing can be called, and for one that is not known where nothing is to be imported */
function ownImages(name: string, from: string | null, providers: readonly DatasetProvider[]): DatasetProvider {
  if (from === null) throw unknownName(name, providers)
  requireName(name)
  return imageFolderProvider(name)
}

/**
 * Finds the known data set that is to be stored under another name.
 * @throws SkiplabError bad-input for one that is not known or always the same, and for a name that is taken or impossible
 */
function renamed(known: string, name: string, providers: readonly DatasetProvider[]): DatasetProvider {
  const provider = providers.find((candidate) => candidate.name === known)
  if (!provider) throw unknownName(known, providers)
  requireName(name)
  if (providers.some((candidate) => candidate.name === name))
    throw new SkiplabError('bad-input', `${name} is the name of another known data set; expected a name of your own for ${known}.`)
  if (provider.takesOptions) return provider
  throw new SkiplabError('bad-input', `${known} is always the same: it has its own name only. Leave the other name (${name}) out.`)
}

function requireName(name: string): void {
  if (datasetNameSchema.safeParse(name).success) return
  throw new SkiplabError(
    'bad-input',
    `A data set cannot be called "${name}": expected lower-case letters, digits and dashes, a letter or digit first, at most 63.`,
  )
}

function unknownName(name: string, providers: readonly DatasetProvider[]): SkiplabError {
  const names = providers.map((provider) => provider.name)
  const nearest = nearestName(name, names)
  return new SkiplabError(
    'bad-input',
    `No data set is called "${name}"${nearest ? `; did you mean ${nearest}?` : '.'} Known: ${names.join(', ')}. Images of ` +
      'your own may have any name: say where they lie.',
  )
}

function fullDisk(datasetsFolder: string): SkiplabError {
  return new SkiplabError(
    'unavailable',
    `The disk of ${datasetsFolder} is full; nothing was imported. Free some space and add the data set again.`,
  )
}
