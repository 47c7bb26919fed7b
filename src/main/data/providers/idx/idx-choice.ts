import type { ImportOptions } from '../../../../common/data/import-options.ts'
import type { SplitName } from '../../stored/dataset-folder.ts'
import type { ProblemList } from '../problem-list.ts'
import { chooseClasses, draw, reportOneSided } from '../selection/choose-classes.ts'
import type { ClassImages, ImageFile } from '../selection/class-images.ts'
import type { IdxSplit } from './idx-files.ts'

/** Classes in the order of their labels, and what is taken of each split. */
export interface IdxChoice {
  readonly classes: readonly string[]
  readonly splits: Readonly<Record<SplitName, IdxSplit>>
}

/**
 * Takes classes and images as the options say; labels become positions in the list of classes. Which image is drawn is a function of the
 * seed, its class and its position in its file alone.
 * @param names of all classes, in the order of the labels
 */
export function chooseIdx(
  whole: Readonly<Record<SplitName, IdxSplit>>,
  names: readonly string[],
  options: ImportOptions,
  problems: ProblemList,
): IdxChoice {
  const { size, testShare } = options
  const refused = [...(size === undefined ? [] : ['a size (--size)']), ...(testShare === undefined ? [] : ['a share (--test-share)'])]
  if (refused.length > 0)
    problems.add(`IDX files hold images of one size, divided into training and test: ${refused.join(' and ')} cannot be asked of them`)
  if (!options.classes && options.perClass === undefined && options.testPerClass === undefined) return { classes: names, splits: whole }
  const train = byClass(whole.train, names)
  const test = byClass(whole.test, names)
  const classes = options.classes ? chooseClasses([train, test], options, [], problems) : names
  if (options.classes)
    reportOneSided(
      new Map([
        ['train', train],
        ['test', test],
      ]),
      classes,
      problems,
    )
  return {
    classes,
    splits: {
      train: take(whole.train, train, classes, options.perClass, options),
      test: take(whole.test, test, classes, options.testPerClass, options),
    },
  }
}

/** Images by class; their paths are their positions. */
function byClass({ labels }: IdxSplit, names: readonly string[]): ClassImages {
  const images = names.map((): ImageFile[] => [])
  labels.forEach((label, position) => images[label]!.push({ path: String(position), source: '' }))
  return new Map(names.map((name, label) => [name, images[label]!]))
}

/** @param most images of each class; all where it is left out. They stay in the order of the file. */
function take(
  split: IdxSplit,
  images: ClassImages,
  classes: readonly string[],
  most: number | undefined,
  options: ImportOptions,
): IdxSplit {
  const labelOf = new Map<number, number>()
  classes.forEach((name, label) => {
    const all = images.get(name)!
    for (const { path } of most === undefined ? all : draw(all, name, options).slice(0, most)) labelOf.set(Number(path), label)
  })
  const bytes = split.height * split.width
  const taken = new Uint8Array(labelOf.size * bytes)
  const positions = [...labelOf.keys()].sort((a, b) => a - b)
  positions.forEach((position, at) => taken.set(split.images.subarray(position * bytes, (position + 1) * bytes), at * bytes))
  return { ...split, images: taken, labels: Uint8Array.from(positions, (position) => labelOf.get(position)!) }
}
