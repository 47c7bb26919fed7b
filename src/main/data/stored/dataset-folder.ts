import { createHash } from 'node:crypto'
import { readdir, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, messageOf } from '../../../common/caught.ts'
import { datasetManifestSchema, type DatasetManifest } from '../../../common/data/dataset.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { withIncomingFolder } from './incoming-folder.ts'

/** Reading of `datasets/<name>/`: the stored form is described in `common/data/dataset.ts`. */

export type SplitName = 'train' | 'test'
export const splitNames = ['train', 'test'] as const
export const manifestFile = 'manifest.json'

/** Bytes of one image, uint8 height x width x channels. */
export const imageBytesOf = (manifest: Pick<DatasetManifest, 'height' | 'width' | 'channels'>) =>
  manifest.height * manifest.width * manifest.channels

/** SHA-256 over both splits' checksums, train first. */
export const datasetChecksum = (train: string, test: string) => createHash('sha256').update(train).update(test).digest('hex')

export interface ListedDataset {
  readonly folder: string
  readonly manifest: DatasetManifest
  /** Size on disk of images and labels. */
  readonly bytes: number
}

/** Every readable data set in the folder, by name; folders that are not data sets are passed over. */
export async function listDatasets(datasetsFolder: string): Promise<ListedDataset[]> {
  const entries = await readdir(datasetsFolder, { withFileTypes: true }).catch(() => [])
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map((entry) => entry.name)
  const listed: ListedDataset[] = []
  for (const name of names.sort()) {
    const folder = join(datasetsFolder, name)
    try {
      const manifest = await readManifest(folder)
      const bytes = splitNames.reduce((sum, split) => sum + manifest.splits[split].count * (imageBytesOf(manifest) + 1), 0)
      listed.push({ folder, manifest, bytes })
    } catch (error) {
      if (!(error instanceof SkiplabError)) throw error
    }
  }
  return listed
}

/**
 * The manifest of a data set folder, its files present with the sizes that it promises (contents are not read).
 * @throws SkiplabError not-found without a manifest; bad-input, naming the file, for anything else that is wrong
 */
export async function readManifest(folder: string): Promise<DatasetManifest> {
  const path = join(folder, manifestFile)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new SkiplabError('not-found', `No data set in ${folder}: ${messageOf(error)}.`)
  })
  const manifest = parseManifest(text, path)
  for (const split of splitNames) {
    const { count, images, labels } = manifest.splits[split]
    await expectSize(join(folder, images), count * imageBytesOf(manifest))
    await expectSize(join(folder, labels), count)
  }
  return manifest
}

/**
 * One split: images uint8 [count, height, width, channels], labels uint8 [count], every label a class.
 * @throws SkiplabError bad-input naming file and offset; with `verifyChecksum` also for any changed byte
 */
export async function readSplit(
  folder: string,
  manifest: DatasetManifest,
  split: SplitName,
  options: { verifyChecksum?: boolean } = {},
): Promise<{ images: Uint8Array; labels: Uint8Array }> {
  const { images: imagesFile, labels: labelsFile, count, checksum } = manifest.splits[split]
  const images = await readExactly(join(folder, imagesFile), count * imageBytesOf(manifest))
  const labels = await readExactly(join(folder, labelsFile), count)
  const wrong = labels.findIndex((label) => label >= manifest.classes.length)
  if (wrong >= 0) {
    throw new SkiplabError('bad-input', `${join(folder, labelsFile)}, offset ${wrong}: label ${labels[wrong]}, expected 0 to ${manifest.classes.length - 1}. Remove the data set and add it again.`)
  }
  if (options.verifyChecksum && createHash('sha256').update(images).update(labels).digest('hex') !== checksum) {
    throw new SkiplabError('bad-input', `${join(folder, imagesFile)} or ${labelsFile}: the ${split} split's SHA-256 is no longer ${checksum.slice(0, 12)}…, so a byte has changed. Remove the data set and add it again.`)
  }
  return { images, labels }
}

/** What is wrong with a data set, file and place named, after reading all of it; empty when nothing is. */
export async function verifyDataset(folder: string): Promise<string[]> {
  const problems: string[] = []
  const attempt = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof SkiplabError)) throw error
      problems.push(error.message)
      return null
    }
  }
  const manifest = await attempt(() => readManifest(folder))
  if (!manifest) return problems
  for (const split of splitNames) await attempt(() => readSplit(folder, manifest, split, { verifyChecksum: true }))
  if (datasetChecksum(manifest.splits.train.checksum, manifest.splits.test.checksum) !== manifest.checksum) {
    problems.push(`${join(folder, manifestFile)}: its checksum does not belong to its splits' checksums.`)
  }
  return problems
}

/**
 * Removes a data set: first out of sight by a rename, so that nothing ever sees half of it.
 * @throws SkiplabError not-found
 */
export async function removeDataset(datasetsFolder: string, name: string): Promise<void> {
  const wellFormed = datasetManifestSchema.shape.name.safeParse(name).success
  const moved = await withIncomingFolder(datasetsFolder, async (folder) => {
    if (!wellFormed) return false
    return rename(join(datasetsFolder, name), join(folder, name)).then(() => true, (error: unknown) => {
      if (hasCode(error, 'ENOENT')) return false
      throw error
    })
  })
  if (moved) return
  const names = (await listDatasets(datasetsFolder)).map((listed) => listed.manifest.name)
  throw new SkiplabError('not-found', `No data set "${name}" here; there ${names.length ? `are: ${names.join(', ')}` : 'is none'}.`)
}

function parseManifest(text: string, path: string): DatasetManifest {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new SkiplabError('bad-input', `${path} is not JSON: ${messageOf(error)}.`)
  }
  const parsed = datasetManifestSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new SkiplabError('bad-input', `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a manifest'}. Remove the data set and add it again.`)
  }
  const files = splitNames.flatMap((split) => [parsed.data.splits[split].images, parsed.data.splits[split].labels])
  const outside = files.find((file) => !/^[a-z0-9][a-z0-9.-]*$/.test(file))
  if (outside !== undefined) throw new SkiplabError('bad-input', `${path}: "${outside}" is not the plain name of a file beside the manifest.`)
  return parsed.data
}

async function expectSize(path: string, expected: number): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw new SkiplabError('bad-input', `${path} is missing: ${messageOf(error)}. Remove the data set and add it again.`)
  })
  if (!found.isFile() || found.size !== expected) {
    throw new SkiplabError('bad-input', `${path}: expected ${expected} bytes, found ${found.size}. Remove the data set and add it again.`)
  }
}

async function readExactly(path: string, expected: number): Promise<Uint8Array> {
  await expectSize(path, expected)
  const bytes = await readFile(path)
  if (bytes.length !== expected) throw new SkiplabError('bad-input', `${path}: expected ${expected} bytes, read ${bytes.length}.`)
  return bytes
}
