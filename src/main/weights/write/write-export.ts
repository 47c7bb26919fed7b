import { createHash, randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readdirSync, readSync, renameSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { SkiplabError } from '../../../common/failure.ts'
import type { WeightsJob, WeightsJobAnswer } from '../../../common/rpc/weights-export.ts'
import { holdsNetwork, weightFormats } from '../../../common/weights/weight-format.ts'
import { type CardFile, weightsCard } from './card.ts'
import { writeFileBy } from './files/output-file.ts'
import { ZipWriter } from './files/zip.ts'
import { writeOnnx } from './onnx/onnx.ts'
import { writePyTorch } from './pytorch.ts'
import { writeSafetensors } from './safetensors.ts'
import { writeSavedModel } from './saved-model/saved-model.ts'
import {
  bytesOfFloats,
  channelsFirst,
  type ImagePreprocessing,
  type StateArray,
  stateArrays,
  type WeightsSource,
} from './source/weights-source.ts'

type WrittenFiles = Extract<WeightsJobAnswer, { files: unknown }>['files']

/** Bytes that are hashed or packed at once. */
const blockBytes = 4 * 1024 * 1024

/**
 * Writes weights with their card. Everything grows in a folder of its own beside the target and is renamed when it is whole, the weights
 * last. A file that is there is replaced; a folder is not.
 * @param job.path absolute; its folder exists
 * @throws SkiplabError bad-input when there is a folder of that name, or the format cannot hold it; errors of the system
 */
export function writeExport(job: WeightsJob, source: WeightsSource): WrittenFiles {
  const folder = dirname(job.path)
  const isArchive = extname(job.path).toLowerCase() === '.zip'
  refuseFolder(job)
  const growing = join(folder, `.skiplab-${process.pid}-${randomBytes(4).toString('hex')}.part`)
  mkdirSync(growing)
  try {
    const stem =
      isArchive || extname(job.path) === weightFormats[job.format].ending ? basename(job.path, extname(job.path)) : basename(job.path)
    const name = isArchive ? `${stem}${weightFormats[job.format].ending}` : basename(job.path)
    const names = writeParts(growing, { name, stem }, job, source)
    const written = isArchive ? [pack(growing, basename(job.path), names)] : names
    // The weights stand first and come last: whoever sees them finds the rest there.
    for (const each of [...written].reverse()) renameSync(join(growing, each), join(folder, each))
    return written.flatMap((each) => filesBelow(folder, each)).map((file) => writtenFile(folder, file))
  } finally {
    rmSync(growing, { recursive: true, force: true })
  }
}

/** @returns names of what was written, the weights first */
function writeParts(folder: string, { name, stem }: { name: string; stem: string }, job: WeightsJob, source: WeightsSource): string[] {
  writeWeights(join(folder, name), job.format, source)
  const perPixel = holdsNetwork(job.format) ? null : preprocessingArrays(source)
  const ending = weightFormats[job.format].ending
  const extra = perPixel === null ? [] : [`${stem}-preprocessing${ending}`]
  for (const each of extra)
    writeFileBy(join(folder, each), (file) =>
      job.format === 'pytorch' ? writePyTorch(file, perPixel!, source.metadata) : writeSafetensors(file, perPixel!, source.metadata),
    )
  const files = [name, ...extra].flatMap((each) => filesBelow(folder, each)).map((each) => described(folder, each))
  const isFolder = statSync(join(folder, name)).isDirectory()
  const card = isFolder ? join(name, 'README.md') : `${stem}.md`
  const options = { ...job, preprocessing: source.preprocessing, preprocessingFile: extra[0] ?? null }
  writeFileSync(join(folder, card), weightsCard({ ...options, files: isFolder ? [{ ...files[0]!, name }, ...files.slice(1)] : files }), {
    flush: true,
  })
  return isFolder ? [name] : [name, ...extra, card]
}

function writeWeights(path: string, format: WeightsJob['format'], source: WeightsSource): void {
  switch (format) {
    case 'pytorch':
      return writeFileBy(path, (file) => writePyTorch(file, stateArrays(source), source.metadata))
    case 'safetensors':
      return writeFileBy(path, (file) => writeSafetensors(file, stateArrays(source), source.metadata))
    case 'onnx':
      return writeFileBy(path, (file) => writeOnnx(file, withPreprocessing(source)))
    case 'savedmodel':
      return writeSavedModel(path, withPreprocessing(source))
  }
}

function withPreprocessing(source: WeightsSource): WeightsSource & { readonly preprocessing: ImagePreprocessing } {
  const { preprocessing } = source
  if (preprocessing) return { ...source, preprocessing }
  throw new SkiplabError(
    'not-found',
    'The file would hold the mean of the training images, and the data set that it is taken from is not in this workspace any more. ' +
      'Add the data set again, or choose pytorch or safetensors.',
  )
}

/** A mean per pixel is too long for a card; null for what a card can hold. */
function preprocessingArrays({ network, preprocessing }: WeightsSource): StateArray[] | null {
  const [height, width, channels] = network.design.inputShape
  if (!preprocessing || preprocessing.mean.length === channels) return null
  const array = (name: string, shape: readonly number[], values: Float32Array): StateArray => {
    const bytes = bytesOfFloats(values)
    return { name, type: 'fp32', shape, content: { bytes: bytes.length, chunks: () => [bytes] } }
  }
  return [
    array('mean', [channels, height, width], channelsFirst(preprocessing.mean, channels)),
    array(
      'std',
      [channels],
      preprocessing.inverseStd.map((value) => 1 / value),
    ),
  ]
}

function pack(folder: string, name: string, entries: readonly string[]): string {
  writeFileBy(join(folder, name), (file) => {
    const zip = new ZipWriter(file)
    for (const entry of entries.flatMap((each) => filesBelow(folder, each))) zip.add(entry, blocksOf(join(folder, entry)))
    zip.finish()
  })
  return name
}

/** Lists a file, or all files of a folder, relative to the folder around it. */
function filesBelow(folder: string, name: string): string[] {
  if (!statSync(join(folder, name)).isDirectory()) return [name]
  return readdirSync(join(folder, name)).map((file) => `${name}/${file}`)
}

function described(folder: string, name: string): CardFile {
  const hash = createHash('sha256')
  let bytes = 0
  for (const block of blocksOf(join(folder, name))) {
    hash.update(block)
    bytes += block.length
  }
  return { name, bytes, sha256: hash.digest('hex') }
}

function writtenFile(folder: string, file: string): WrittenFiles[number] {
  const { bytes, sha256 } = described(folder, file)
  return { path: join(folder, file), bytes, sha256 }
}

function* blocksOf(path: string): Generator<Uint8Array> {
  const handle = openSync(path, 'r')
  try {
    const block = Buffer.alloc(blockBytes)
    for (let read = readSync(handle, block); read > 0; read = readSync(handle, block)) yield block.subarray(0, read)
  } finally {
    closeSync(handle)
  }
}

/** An empty folder makes room for a SavedModel of its name; any other stays. */
function refuseFolder({ path, format }: WeightsJob): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  if (format !== 'savedmodel' || readdirSync(path).length > 0)
    throw new SkiplabError(
      'bad-input',
      `${path} is a folder${format === 'savedmodel' ? ' that is not empty' : ''}. Name another, or a file in it.`,
    )
  rmdirSync(path)
}
