import { basename } from 'node:path'
import { stat } from 'node:fs/promises'
import type { ImportOptions } from '../../../../common/data/import-options.ts'
import type { DatasetManifest, ImageFormat } from '../../../../common/data/dataset.ts'
import { SkiplabError } from '../../../../common/failure.ts'
import { openInput, type Input } from '../../input/input-files.ts'
import { importImage } from '../../decode/import-image.ts'
import { hashFile } from '../../stored/hash-file.ts'
import type { SplitCounts } from '../../stored/dataset-writer.ts'
import { isIdxName } from '../idx/idx-files.ts'
import { importIdx } from '../idx/idx-import.ts'
import { knownForm, type KnownForm } from '../known-forms.ts'
import { ProblemList } from '../problem-list.ts'
import type { DatasetProvider, ImportJob } from '../provider.ts'
import { chooseImages, type Choice } from './choose.ts'
import { listImages, type Listing } from './listing.ts'
import { positionsOf, readImages, type ImagePosition } from './read-images.ts'
import { findTree } from './tree.ts'

/** Archives over this many bytes are told by their name alone: reading them once more for a checksum would take minutes. */
const hashedBytes = 4 * 2 ** 30

/** What the names in a folder or archive of images say, chosen as the options ask. */
export interface ImagePlan {
  readonly input: Input
  readonly listing: Listing
  readonly choice: Choice
  readonly positions: ReadonlyMap<string, readonly ImagePosition[]>
  readonly problems: ProblemList
  readonly notes: readonly string[]
  /** Whether there are no images but the files of MNIST and those like it. */
  readonly idx: boolean
  /** A data set that is known by name, which these files are. */
  readonly known: KnownForm | null
}

const noChoice: Choice = { classes: [], splits: new Map(), notes: [] }

/** Reads names only. Without a choice (no classes were found) only the problems count. */
export async function planImages(
  from: string,
  options: ImportOptions,
  { signal, onProgress }: Pick<ImportJob, 'signal' | 'onProgress'>,
): Promise<ImagePlan> {
  const input = await openInput(from)
  const counted = (done: number) => onProgress({ step: 'reading file names', done, total: null, unit: 'files' })
  counted(0)
  const listing = await listImages(input, counted, signal)
  const problems = new ProblemList()
  const idx = listing.images.length === 0 && listing.others.some(isIdxName)
  const known = listing.images.length === 0 ? knownForm(listing.others) : null
  if (known) problems.add(`this is ${known.form}, which is known by name: skiplab data add ${known.name} --from ${from}`)
  if (idx || known) return { input, listing, choice: noChoice, positions: new Map(), problems, notes: [], idx, known }
  const tree = findTree(listing, problems)
  const choice = tree ? chooseImages(tree, options, problems) : noChoice
  const notes = [...choice.notes]
  if (listing.oddNames > 0) notes.push(`${listing.oddNames} files that are not named as images are images by their content and were taken.`)
  if (listing.others.length > 0) notes.push(`Passed over, since no images: ${shortList(listing.others)}.`)
  return { input, listing, choice, positions: positionsOf(choice), problems, notes, idx, known }
}

/** Imports images of one's own under a name of one's own. */
export function imageFolderProvider(name: string): DatasetProvider {
  return {
    name,
    takesOptions: true,
    run(job) {
      if (job.from === null) throw new SkiplabError('bad-input', `${name} is imported: say where its images lie.`)
      return importImageFolder(job.from, job)
    },
  }
}

/**
 * Imports a folder or an archive of images. Images of one size stay as they are unless the options say otherwise; a size is needed where
 * they differ.
 * @throws SkiplabError bad-input with all problems in one list
 */
export async function importImageFolder(from: string, job: ImportJob): Promise<DatasetManifest> {
  const { name, options, signal } = job
  const plan = await planImages(from, options, job)
  if (plan.idx) return importIdx(from, options.title ?? name, null, job)
  plan.problems.refuse(from)
  const side = options.size ?? (await commonSize(plan, signal))
  const image: ImageFormat =
    side === 'keep'
      ? { size: 'varied', encoding: 'encoded', channels: 3 }
      : typeof side === 'number'
        ? { size: 'fixed', height: side, width: side, channels: 3 }
        : { size: 'fixed', height: side[0], width: side[1], channels: 3 }
  const description = {
    title: options.title ?? name,
    classes: [...plan.choice.classes],
    image,
    source: await sourceOf(plan.input, image, options, signal),
  }
  return job.write(description, countsOf(plan.choice), async (writer) => {
    const { census, problems } = await readImages({
      ...plan,
      side: typeof side === 'object' ? side[0] : side,
      mustBe: typeof side === 'object' ? side : null,
      signal,
      onProgress: (done, total) => job.onProgress({ step: 'reading images', done, total, unit: 'images' }),
      store: (read, { split, index, label }) =>
        side === 'keep' ? writer.writeVaried(split, index, read, label) : writer.write(split, index, read.bytes, Uint32Array.of(label)),
    })
    problems.refuse(from)
    writer.note([...plan.notes, ...census.notes])
  })
}

function countsOf({ splits }: Choice): SplitCounts {
  const count = (split: 'train' | 'test' | 'validation') => (splits.get(split) ?? []).reduce((sum, images) => sum + images.length, 0)
  return { train: count('train'), test: count('test'), ...(splits.has('validation') ? { validation: count('validation') } : {}) }
}

/** Size of the first image, [height, width], which all others must then have. */
async function commonSize({ input, positions }: ImagePlan, signal?: AbortSignal): Promise<readonly [number, number]> {
  for await (const file of input.files(signal)) {
    if (!positions.has(file.path)) continue
    const first = await importImage(await file.content(), 'as-is').catch(() => null)
    if (first) return [first.height, first.width]
  }
  return [1, 1]
}

async function sourceOf(input: Input, image: ImageFormat, { size }: ImportOptions, signal?: AbortSignal): Promise<string> {
  const done = image.size === 'varied' ? '' : size === undefined ? '' : `; shorter side scaled to ${size} pixels, middle cut out`
  if (input.kind === 'folder') return `Folder of images ${basename(input.location)}${done}`
  const { size: bytes } = await stat(input.location)
  const hash = bytes > hashedBytes ? '' : `, SHA-256 ${await hashFile(input.location, 'sha256', signal)}`
  return `Archive of images ${basename(input.location)}${hash}${done}`
}

const shortList = (paths: readonly string[]) => paths.slice(0, 3).join(', ') + (paths.length > 3 ? ` and ${paths.length - 3} more` : '')
