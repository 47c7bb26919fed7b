import { nearestName } from '../../../../common/nearest-name.ts'
import { SkiplabError } from '../../../../common/failure.ts'
import { splitNames, type SplitName } from '../../stored/dataset-folder.ts'
import type { Input } from '../../input/input-files.ts'
import { ProblemList } from '../problem-list.ts'
import { type Batches, type BatchKind, type BatchPosition, expectRecords, recordBytesOf } from './batches.ts'

/** Always in this order: a label is an index in it. */
export const cifar10Classes: readonly string[] = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']

/** Other names of the same classes; by spelling alone, a car would be nearest to a cat. */
const otherWords = new Map([
  ['car', 'automobile'],
  ['cars', 'automobile'],
  ['auto', 'automobile'],
  ['plane', 'airplane'],
  ['aeroplane', 'airplane'],
  ['aircraft', 'airplane'],
  ['lorry', 'truck'],
  ['boat', 'ship'],
  ['kitten', 'cat'],
  ['puppy', 'dog'],
])

export interface SplitPosition {
  readonly split: SplitName
  /** Index of the (first) image in its split. */
  readonly first: number
}

/** Layout as the files' names alone tell it; paths as the input gives them. */
export type Cifar10Layout =
  Batches | { readonly form: 'images'; readonly images: ReadonlyMap<string, SplitPosition & { readonly label: number }> }

/** How many images there must be. The official data set's are the default; smaller ones serve tests. */
export interface Cifar10Size {
  readonly batchImages: number
  readonly trainPerClass: number
  readonly testPerClass: number
}
export const officialSize: Cifar10Size = { batchImages: 10_000, trainPerClass: 5_000, testPerClass: 1_000 }
export const cifar10Batches: BatchKind = { classes: cifar10Classes, labelBytes: 1, labelsKey: 'labels' }
export const recordBytes = recordBytesOf(cifar10Batches)

const batchNames = ['data_batch_1.bin', 'data_batch_2.bin', 'data_batch_3.bin', 'data_batch_4.bin', 'data_batch_5.bin', 'test_batch.bin']
/** The same without an ending in the Python version. */
const pythonNames = batchNames.map((name) => name.slice(0, -'.bin'.length))
/** Far more than a 32x32 image needs, even with a thumbnail and a profile in it. */
const maximumImageBytes = 2 ** 22
const imageName = /\.(png|jpe?g)$/i
/** Matches files that desktops and archivers leave in folders. */
const litter = /^(\..*|Thumbs\.db|desktop\.ini)$/i

/**
 * Reads the names in an archive or folder, and says what they are and where each image belongs: images of a split in
 * the order of their paths, whatever the archive's order.
 * @throws SkiplabError bad-input, saying what was expected and what is there
 */
export async function readLayout(input: Input, size: Cifar10Size, signal?: AbortSignal): Promise<Cifar10Layout> {
  const files: { path: string; size: number }[] = []
  const links: string[] = []
  for await (const { path, size: bytes, otherwise } of input.files(signal)) {
    if (path.split('/').some((part) => litter.test(part))) continue
    if (otherwise === null) files.push({ path, size: bytes })
    else if (couldMatter(path))
      throw refuse(
        input,
        `${path} is ${otherwise}, which is not followed: put what it stands for in its place (cp -RL, tar --dereference ` +
          '--hard-dereference)',
      )
    else links.push(path)
  }
  refuseOtherForms(
    input,
    files.map((file) => file.path),
  )
  const problems = new ProblemList()
  const batches = findBatches(files, size, problems)
  problems.refuse(input.location)
  if (batches) return batches
  const paths = files.map((file) => file.path)
  const images = imageLayout(input, paths, treeRoot(input, paths, links), size)
  const large = files.find((file) => file.size > maximumImageBytes && images.images.has(file.path))
  if (large) throw refuse(input, `${large.path}: ${large.size} bytes are too many for an image of 32x32 pixels`)
  return images
}

/** Tells whether a path names a file that an import would read, so that a link there must not be skipped in silence. */
export function couldMatter(path: string): boolean {
  const parts = path.split('/')
  return [...batchNames, ...pythonNames].includes(baseName(path)) || parts.slice(0, 2).some((part) => part === 'train' || part === 'test')
}

/** Refuses other downloads of the same data set, and CIFAR-100, by name, so that they are not taken for damaged ones. */
function refuseOtherForms(input: Input, paths: readonly string[]): void {
  const names = new Set(paths.map(baseName))
  const instead =
    'Take the binary version, cifar-10-binary.tar.gz, from https://www.cs.toronto.edu/~kriz/cifar.html, or the Python ' +
    'version, or let "skiplab data add cifar10" download it'
  if (batchNames.some((name) => names.has(name))) return
  if (names.has('data_batch_1.mat') || names.has('batches.meta.mat'))
    throw refuse(input, `this is CIFAR-10's MATLAB version, which is not read. ${instead}`)
  const isHundred = names.has('fine_label_names.txt') || paths.some((path) => path.includes('cifar-100'))
  if (isHundred) throw refuse(input, `this is CIFAR-100, another data set: skiplab data add cifar100 --from ${input.location}`)
}

/** The six batches, and among the problems what is missing, there twice, cut or too long; null where there is none of either form. */
export function findBatches(
  files: readonly { readonly path: string; readonly size: number }[],
  size: Cifar10Size,
  problems: ProblemList,
): Batches | null {
  const isBinary = files.some((file) => batchNames.includes(baseName(file.path)))
  const names = isBinary ? batchNames : pythonNames
  if (!files.some((file) => names.includes(baseName(file.path)))) return null
  const positions = new Map<string, BatchPosition>()
  for (const [index, name] of names.entries()) {
    const found = files.filter((file) => baseName(file.path) === name)
    if (found.length !== 1) problems.add(`expected one ${name} (of ${names.join(', ')}), found ${found.length}`)
    const [file] = found
    if (!file) continue
    if (isBinary) expectRecords(cifar10Batches, file.path, file.size, size.batchImages, problems)
    const count = size.batchImages
    positions.set(file.path, index === 5 ? { split: 'test', first: 0, count } : { split: 'train', first: index * count, count })
  }
  return { form: isBinary ? 'binary' : 'python', positions }
}

/** Finds the folder that holds `train/` and `test/`: the top, or the one folder at the top. Ends in `/` or is empty. */
function treeRoot(input: Input, paths: readonly string[], links: readonly string[]): string {
  const roots = new Set<string>()
  for (const path of paths) {
    const parts = path.split('/')
    if (parts.length >= 3 && (parts[0] === 'train' || parts[0] === 'test')) roots.add('')
    else if (parts.length >= 4 && (parts[1] === 'train' || parts[1] === 'test')) roots.add(`${parts[0]}/`)
  }
  const [root] = roots
  if (root !== undefined && roots.size === 1) return root
  if (roots.size > 1)
    throw refuse(input, `train/ and test/ lie in more than one folder: ${[...roots].map((r) => r || 'the top').join(', ')}`)
  const top = [...new Set(paths.map((path) => path.split('/')[0]!))].sort()
  const listed = (names: readonly string[]) => names.slice(0, 8).join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '')
  const passedOver = links.length === 0 ? '' : `, and links, which are not followed: ${listed(links)}`
  const shown = `${top.length === 0 ? 'nothing' : listed(top)}${passedOver}`
  throw refuse(
    input,
    `expected data_batch_1.bin ... test_batch.bin, or train/<class>/ and test/<class>/ with PNG or JPEG images; got ${shown} at the top`,
  )
}

function imageLayout(input: Input, paths: readonly string[], root: string, size: Cifar10Size): Extract<Cifar10Layout, { form: 'images' }> {
  const images = new Map<string, SplitPosition & { label: number }>()
  for (const split of splitNames) {
    const perClass = split === 'train' ? size.trainPerClass : size.testPerClass
    const prefix = `${root}${split}/`
    const inSplit = paths.filter((path) => path.startsWith(prefix)).sort()
    const stray = inSplit.find((path) => path.slice(prefix.length).split('/').length !== 2 || !imageName.test(path))
    if (stray !== undefined) throw refuse(input, `${stray}: expected only ${split}/<class>/*.png or *.jpg`)
    const classOf = (path: string) => path.slice(prefix.length).split('/')[0]!
    expectClasses(input, prefix, [...new Set(inSplit.map(classOf))])
    const counts = new Map<string, number>()
    inSplit.forEach((path, first) => {
      const name = classOf(path)
      counts.set(name, (counts.get(name) ?? 0) + 1)
      images.set(path, { split, first, label: cifar10Classes.indexOf(name) })
    })
    for (const name of cifar10Classes) {
      const count = counts.get(name) ?? 0
      if (count !== perClass) throw refuse(input, `${prefix}${name}/: expected ${perClass} images, got ${count}`)
    }
  }
  return { form: 'images', images }
}

function expectClasses(input: Input, prefix: string, got: readonly string[]): void {
  const unknown = got.find((name) => !cifar10Classes.includes(name))
  const missing = cifar10Classes.find((name) => !got.includes(name))
  if (unknown === undefined && missing === undefined) return
  const nearest = unknown === undefined ? null : (otherWords.get(unknown.toLowerCase()) ?? nearestName(unknown, cifar10Classes))
  const what =
    unknown === undefined
      ? `class ${missing} is missing`
      : `"${unknown}" is no class of CIFAR-10${nearest ? ` (rename it to ${nearest}?)` : ''}`
  throw refuse(input, `${prefix}: ${what}; expected ${cifar10Classes.join(', ')}; got ${got.slice(0, 20).join(', ') || 'none'}`)
}

const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1)
const refuse = (input: Input, what: string) => new SkiplabError('bad-input', `${input.location}: ${what}. Nothing was imported.`)
