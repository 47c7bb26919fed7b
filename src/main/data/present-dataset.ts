import type { DatasetManifest } from '../../common/data/dataset.ts'
import { defaultImportSeed, defaultTestShare, type ImportOptions } from '../../common/data/import-options.ts'
import { classWords } from '../../common/data/synset-words.ts'
import { SkiplabError } from '../../common/failure.ts'
import { listed } from './providers/problem-list.ts'

/** What is asked of a data set: options, and the known one that it is where it is stored under another name. */
export interface Asked {
  readonly known?: string | undefined
  readonly options: ImportOptions
}

/**
 * Makes sure that a data set that is there is the one that was asked for. Who asks for nothing takes it as it is.
 * @throws SkiplabError bad-input with what is stored, what was asked for, and how to get it
 */
export function requireAsAsked(manifest: DatasetManifest, asked: Asked): void {
  const differences = differencesOf(manifest, asked)
  if (differences.length === 0) return
  throw new SkiplabError(
    'bad-input',
    `${manifest.name} is here already and differs from what was asked for: ${differences.join('; ')}. Nothing was changed. Add it ` +
      'under another name to have both (a known data set with --as NAME), or first remove this one: npx skiplab data remove ' +
      manifest.name,
  )
}

function differencesOf({ image, title, classes, asked: stored }: DatasetManifest, { known, options }: Asked): string[] {
  const differences: string[] = []
  const compare = (what: string, same: boolean, is: string, wanted: string) => {
    if (!same) differences.push(`${what} ${is}, asked for ${wanted}`)
  }
  if (known !== undefined) compare('data set', stored?.known === known, stored?.known ?? 'another', known)
  const { size } = options
  if (size !== undefined) {
    const same = image.size === 'varied' ? size === 'keep' : image.height === size && image.width === size
    compare('size', same, image.size === 'varied' ? 'keep' : `${image.height}x${image.width}`, String(size))
  }
  const named = options.classes
  if (named) {
    const same = named.length === classes.length && named.every((name, label) => isClass(name, classes[label]!))
    compare('classes', same, listed(classes), listed(named))
  }
  if (options.title !== undefined) compare('title', options.title === title, title, options.title)
  // Data sets of earlier versions do not tell how their images were drawn: what does not contradict is taken as asked for.
  if (!stored) return differences
  for (const [key, what, otherwise] of [
    ['perClass', 'training images of a class', 'all'],
    ['testPerClass', 'test images of a class', 'all'],
    ['testShare', 'share of test images', String(defaultTestShare)],
    ['seed', 'seed', String(defaultImportSeed)],
  ] as const) {
    const wanted = options[key]
    if (wanted === undefined) continue
    const is = String(stored.options[key] ?? otherwise)
    compare(what, is === String(wanted), is, String(wanted))
  }
  return differences
}

/** A class may be named by its words too, as `tench` for `n01440764`. */
const isClass = (asked: string, name: string): boolean =>
  asked.trim().normalize('NFC') === name || classWords(name).toLowerCase() === asked.trim().toLowerCase()
