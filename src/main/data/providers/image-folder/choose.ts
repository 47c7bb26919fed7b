import { createHash } from 'node:crypto'
import { byCodePoint } from '../../../../common/data/code-points.ts'
import { defaultImportSeed, defaultTestShare, type ImportOptions } from '../../../../common/data/import-options.ts'
import { classWords } from '../../../../common/data/synset-words.ts'
import { nearestName } from '../../../../common/nearest-name.ts'
import { listed, type ProblemList } from '../problem-list.ts'
import type { ImageFile } from './listing.ts'
import type { ClassImages, ImageTree, TreeSplit } from './tree.ts'

/** The images to take: classes in the order of their labels, and the images of each split by class. */
export interface Choice {
  readonly classes: readonly string[]
  readonly splits: ReadonlyMap<TreeSplit, readonly (readonly ImageFile[])[]>
  /** What was done that people should know. */
  readonly notes: readonly string[]
}

/**
 * Takes classes and images as the options say, and divides what is not divided. Which image is drawn is a function of the seed, its class
 * and its file name alone: further images change nothing about it.
 */
export function chooseImages(tree: ImageTree, options: ImportOptions, problems: ProblemList): Choice {
  const notes: string[] = []
  const bySplit = tree.splits ? withTest(tree, options, notes, problems) : null
  const everywhere = bySplit ? [...bySplit.values()] : [tree.undivided!]
  const classes = chooseClasses(everywhere, options, notes, problems)
  const splits = bySplit ?? divide(tree.undivided!, classes, options, notes, problems)
  if (bySplit) reportOneSided(bySplit, classes, problems)
  if (!splits.has('train')) problems.add('there are no training images: expected train/<class>/')
  const chosen = new Map<TreeSplit, ImageFile[][]>()
  for (const split of ['train', 'validation', 'test'] as const) {
    const images = splits.get(split)
    if (!images) continue
    const most = split === 'train' ? options.perClass : options.testPerClass
    chosen.set(
      split,
      classes.map((name) =>
        sortByPath(most === undefined ? (images.get(name) ?? []) : draw(images.get(name) ?? [], name, options).slice(0, most)),
      ),
    )
  }
  return { classes, splits: chosen, notes }
}

/** Where there is no test split, the validation split serves as one. */
function withTest(tree: ImageTree, options: ImportOptions, notes: string[], problems: ProblemList): Map<TreeSplit, ClassImages> {
  const splits = new Map(tree.splits)
  const validation = splits.get('validation')
  if (options.testShare !== undefined) problems.add('a share of test images was asked for, but the images are divided into splits already')
  if (splits.has('test') || !validation) return splits
  notes.push(`There is no test split: ${tree.folderNames.get('validation')} serves as test.`)
  splits.delete('validation')
  return splits.set('test', validation)
}

function chooseClasses(everywhere: readonly ClassImages[], options: ImportOptions, notes: string[], problems: ProblemList): string[] {
  const names = [...new Set(everywhere.flatMap((classes) => [...classes.keys()]))].sort(byCodePoint)
  const isEmpty = (name: string) => everywhere.every((classes) => (classes.get(name)?.length ?? 0) === 0)
  if (!options.classes) {
    const empty = names.filter(isEmpty)
    if (empty.length > 0) notes.push(`Left out, since without images: ${listed(empty)}.`)
    const filled = names.filter((name) => !isEmpty(name))
    if (filled.length < 2) problems.add(`expected at least two classes with images, got ${filled.length === 0 ? 'none' : filled[0]}`)
    return filled
  }
  const chosen: string[] = []
  for (const asked of options.classes.map((name) => name.trim().normalize('NFC'))) {
    const found = names.find((name) => name === asked) ?? names.find((name) => classWords(name).toLowerCase() === asked.toLowerCase())
    const near = nearestName(asked, [...names, ...names.map(classWords)])
    if (found === undefined)
      problems.add(`there is no class "${asked}"${near ? `; did you mean "${near}"?` : `; there are ${listed(names, 12)}`}`)
    else if (chosen.includes(found)) problems.add(`the class "${asked}" was named twice`)
    else if (isEmpty(found)) problems.add(`the class "${asked}" has no images`)
    else chosen.push(found)
  }
  return chosen
}

/** A class that can be learnt but never tested, or the other way round, is a mistake in the folders. */
function reportOneSided(splits: ReadonlyMap<TreeSplit, ClassImages>, classes: readonly string[], problems: ProblemList): void {
  const count = (split: TreeSplit, name: string) => splits.get(split)?.get(name)?.length ?? 0
  const [train, test] = [splits.get('train'), splits.get('test')]
  if (!train || !test) return
  for (const name of classes) {
    const inTrain = count('train', name) > 0
    if (inTrain && count('test', name) > 0) continue
    const other = [...(inTrain ? test : train).keys()].filter(
      (each) => !classes.includes(each) || count(inTrain ? 'train' : 'test', each) === 0,
    )
    const near = nearestName(name, other)
    const advice = near ? `is it ${near}?` : 'give it images, or leave it out (--classes)'
    problems.add(`class ${name} has ${inTrain ? 'no test images' : 'no training images'}: ${advice}`)
  }
}

function divide(
  undivided: ClassImages,
  classes: readonly string[],
  options: ImportOptions,
  notes: string[],
  problems: ProblemList,
): Map<TreeSplit, ClassImages> {
  const share = options.testShare ?? defaultTestShare
  const train: ClassImages = new Map()
  const test: ClassImages = new Map()
  for (const name of classes) {
    const images = undivided.get(name)!
    if (images.length < 2) problems.add(`class ${name} has 1 image: expected at least 2, one to train on and one to test`)
    const drawn = draw(images, name, options)
    const count = Math.min(images.length - 1, Math.max(1, Math.round(share * images.length)))
    test.set(name, drawn.slice(0, count))
    train.set(name, drawn.slice(count))
  }
  notes.push(
    `The images are in no splits: ${Number((100 * share).toFixed(2))} % of each class are test images, drawn with seed ` +
      `${options.seed ?? defaultImportSeed}.`,
  )
  return new Map([
    ['train', train],
    ['test', test],
  ])
}

/** The images in an order drawn by the seed. */
function draw(images: readonly ImageFile[], className: string, options: ImportOptions): ImageFile[] {
  const keyOf = ({ path }: ImageFile) =>
    createHash('sha256')
      .update(`${options.seed ?? defaultImportSeed}/${className}/${path.slice(path.lastIndexOf('/') + 1)}`)
      .digest('hex')
  return images
    .map((image) => ({ image, key: keyOf(image) }))
    .sort((a, b) => (a.key === b.key ? byCodePoint(a.image.path, b.image.path) : a.key < b.key ? -1 : 1))
    .map(({ image }) => image)
}

const sortByPath = (images: readonly ImageFile[]): ImageFile[] => [...images].sort((a, b) => byCodePoint(a.path, b.path))
