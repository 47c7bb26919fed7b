import { createHash } from 'node:crypto'
import { byCodePoint } from '../../../../common/data/code-points.ts'
import { defaultImportSeed, type ImportOptions } from '../../../../common/data/import-options.ts'
import { classWords } from '../../../../common/data/synset-words.ts'
import { nearestName } from '../../../../common/nearest-name.ts'
import { listed, type ProblemList } from '../problem-list.ts'
import type { ClassImages, ImageFile, TreeSplit } from './class-images.ts'

/** The classes that the options name, or all that have images, by name. */
export function chooseClasses(
  everywhere: readonly ClassImages[],
  options: ImportOptions,
  notes: string[],
  problems: ProblemList,
): string[] {
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
export function reportOneSided(splits: ReadonlyMap<TreeSplit, ClassImages>, classes: readonly string[], problems: ProblemList): void {
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

/** The images in an order drawn by the seed. */
export function draw(images: readonly ImageFile[], className: string, options: ImportOptions): ImageFile[] {
  const keyOf = ({ path }: ImageFile) =>
    createHash('sha256')
      .update(`${options.seed ?? defaultImportSeed}/${className}/${path.slice(path.lastIndexOf('/') + 1)}`)
      .digest('hex')
  return images
    .map((image) => ({ image, key: keyOf(image) }))
    .sort((a, b) => (a.key === b.key ? byCodePoint(a.image.path, b.image.path) : a.key < b.key ? -1 : 1))
    .map(({ image }) => image)
}
