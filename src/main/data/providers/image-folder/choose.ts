import { byCodePoint } from '../../../../common/data/code-points.ts'
import { defaultImportSeed, defaultTestShare, type ImportOptions } from '../../../../common/data/import-options.ts'
import type { ProblemList } from '../problem-list.ts'
import { chooseClasses, draw, reportOneSided } from '../selection/choose-classes.ts'
import type { ClassImages, ImageFile, TreeSplit } from '../selection/class-images.ts'
import type { ImageTree } from './tree.ts'

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

const sortByPath = (images: readonly ImageFile[]): ImageFile[] => [...images].sort((a, b) => byCodePoint(a.path, b.path))
