import { createHash } from 'node:crypto'
import { readdir, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, messageOf } from '../../../common/caught.ts'
import {
  type DatasetManifest,
  datasetManifestSchema,
  fixedImageOf,
  imageBytesOf,
  splitNamesOf,
  splitOf,
} from '../../../common/data/dataset.ts'
import { bytesPerLabel, indexOfWrongLabel, type Labels } from '../../../common/data/labels.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { absorbFile } from './hash-file.ts'
import { indexRecordBytes, readIndex } from './image-index.ts'
import { withIncomingFolder } from './incoming-folder.ts'
import { bytesOfLabels, labelsOfBytes } from './label-bytes.ts'
import { datasetChecksum, maximumManifestBytes, parseManifest } from './parse-manifest.ts'
import { addAgain, expectSize, readExactly } from './stored-file.ts'

/** Reading of `datasets/<name>/`: the stored form is described in `common/data/dataset.ts`. */

/** The splits that every data set has. */
export type SplitName = 'train' | 'test'
export const splitNames = ['train', 'test'] as const
export const manifestFile = 'manifest.json'

export interface ListedDataset {
  readonly folder: string
  readonly manifest: DatasetManifest
  /** Size on disk of images, labels and indexes. */
  readonly bytes: number
}

/** Lists every readable data set in the folder, by name; folders that are not data sets are skipped. */
export async function listDatasets(datasetsFolder: string): Promise<ListedDataset[]> {
  const entries = await readdir(datasetsFolder, { withFileTypes: true }).catch(() => [])
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map((entry) => entry.name)
  const listed: ListedDataset[] = []
  for (const name of names.sort()) {
    const folder = join(datasetsFolder, name)
    try {
      const manifest = await readManifest(folder)
      const bytes = splitNamesOf(manifest.splits)
        .flatMap((split) => filesOf(manifest, split))
        .reduce((sum, file) => sum + file.bytes, 0)
      listed.push({ folder, manifest, bytes })
    } catch (error) {
      if (!(error instanceof SkiplabError)) throw error
    }
  }
  return listed
}

/** Files of a split with the sizes that the manifest promises: images, labels, index; the order in which its checksum takes them. */
export function filesOf(manifest: DatasetManifest, split: string): { file: string; bytes: number }[] {
  const { count, images, labels, index } = splitOf(manifest, split)
  return [
    { file: images, bytes: index ? index.imagesBytes : count * imageBytesOf(fixedImageOf(manifest)) },
    { file: labels, bytes: count * bytesPerLabel(manifest.labelType) },
    ...(index ? [{ file: index.file, bytes: count * indexRecordBytes }] : []),
  ]
}

/**
 * Reads the manifest of a data set folder and checks that its files have the sizes that it promises (contents are not read). One of
 * version 1 is
 * read as version 2 describes it.
 * @throws SkiplabError not-found without a manifest; bad-input, naming the file, for anything else that is wrong
 */
export async function readManifest(folder: string): Promise<DatasetManifest> {
  const path = join(folder, manifestFile)
  const missing = (error: unknown) => new SkiplabError('not-found', `No data set in ${folder}: ${messageOf(error)}.`)
  const { size } = await stat(path).catch((error: unknown) => {
    throw missing(error)
  })
  if (size > maximumManifestBytes) throw new SkiplabError('bad-input', `${path}: ${size} bytes are more than a manifest takes. ${addAgain}`)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw missing(error)
  })
  const manifest = parseManifest(text, path)
  for (const split of splitNamesOf(manifest.splits)) {
    for (const { file, bytes } of filesOf(manifest, split)) await expectSize(join(folder, file), bytes)
  }
  return manifest
}

/**
 * Reads the labels of one split, [count], and checks that every one is a class.
 * @throws SkiplabError bad-input naming file and offset; not-found for a split that is not there
 */
export async function readLabels(folder: string, manifest: DatasetManifest, split: string): Promise<Labels> {
  const { labels: file, count } = splitOf(manifest, split)
  const width = bytesPerLabel(manifest.labelType)
  const labels = labelsOfBytes(manifest.labelType, await readExactly(join(folder, file), count * width))
  const wrong = indexOfWrongLabel(labels, manifest.classes.length)
  if (wrong < 0) return labels
  throw new SkiplabError(
    'bad-input',
    `${join(folder, file)}, offset ${wrong * width}: label ${labels[wrong]}, expected 0 to ${manifest.classes.length - 1}. ${addAgain}`,
  )
}

/**
 * Reads one split of images of one size: images uint8 [count, height, width, channels], labels [count], every label a class.
 * @throws SkiplabError bad-input naming file and offset; with `verifyChecksum` also for any changed byte; not-found for a split that is
 *   not there
 */
export async function readSplit(
  folder: string,
  manifest: DatasetManifest,
  split: string,
  options: { verifyChecksum?: boolean } = {},
): Promise<{ images: Uint8Array; labels: Labels }> {
  const { images: imagesFile, count } = splitOf(manifest, split)
  const imageBytes = imageBytesOf(fixedImageOf(manifest))
  const labels = await readLabels(folder, manifest, split)
  const images = await readExactly(join(folder, imagesFile), count * imageBytes)
  if (options.verifyChecksum)
    expectChecksum(folder, manifest, split, createHash('sha256').update(images).update(bytesOfLabels(labels)).digest('hex'))
  return { images, labels }
}

/** Reads all of a split without keeping it. @throws SkiplabError as {@link readSplit} */
export async function verifySplit(folder: string, manifest: DatasetManifest, split: string): Promise<void> {
  await readLabels(folder, manifest, split)
  if (manifest.image.size === 'varied') await readIndex(folder, manifest, split)
  const hash = createHash('sha256')
  for (const { file } of filesOf(manifest, split)) await absorbFile(hash, join(folder, file))
  expectChecksum(folder, manifest, split, hash.digest('hex'))
}

function expectChecksum(folder: string, manifest: DatasetManifest, split: string, found: string): void {
  const { checksum } = splitOf(manifest, split)
  if (found === checksum) return
  const [first, ...others] = filesOf(manifest, split).map(({ file }) => file)
  throw new SkiplabError(
    'bad-input',
    `${join(folder, first!)} or ${others.join(' or ')}: the ${split} split's SHA-256 is no longer ${checksum.slice(0, 12)}…, ` +
      `so a byte has changed. ${addAgain}`,
  )
}

/** Reads all of a data set and lists what is wrong with it, file and offset named; empty when nothing is. */
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
  for (const split of splitNamesOf(manifest.splits)) await attempt(() => verifySplit(folder, manifest, split))
  if (datasetChecksum(manifest.splits) !== manifest.checksum) {
    problems.push(`${join(folder, manifestFile)}: its checksum does not belong to its splits' checksums.`)
  }
  return problems
}

/**
 * Removes a data set; a rename hides it first, so that nothing ever sees half of it.
 * @throws SkiplabError not-found
 */
export async function removeDataset(datasetsFolder: string, name: string): Promise<void> {
  const wellFormed = datasetManifestSchema.shape.name.safeParse(name).success
  const moved = await withIncomingFolder(datasetsFolder, async (folder) => {
    if (!wellFormed) return false
    return rename(join(datasetsFolder, name), join(folder, name)).then(
      () => true,
      (error: unknown) => {
        if (hasCode(error, 'ENOENT')) return false
        throw error
      },
    )
  })
  if (moved) return
  const names = (await listDatasets(datasetsFolder)).map((listed) => listed.manifest.name)
  throw new SkiplabError('not-found', `No data set "${name}" here; there ${names.length ? `are: ${names.join(', ')}` : 'is none'}.`)
}
