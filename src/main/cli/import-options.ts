import { existsSync, readFileSync, statSync } from 'node:fs'
import type { Command } from 'commander'
import { parseClassList } from '../../common/data/class-list.ts'
import { type ImportOptions, sideRange } from '../../common/data/import-options.ts'
import { messageOf } from '../../common/caught.ts'
import { SkiplabError } from '../../common/failure.ts'
import { absolutePath } from '../workspace/home-folder.ts'
import { integer, number } from './values.ts'

/** What the options of `data add` and `data inspect` give. */
export interface ImportFlags {
  readonly size?: number | 'keep'
  readonly classes?: string
  readonly perClass?: number
  readonly testPerClass?: number
  readonly testShare?: number
  readonly seed?: number
  readonly title?: string
}

const mostImages = 2 ** 31 - 1

/** Options of an import of images. */
export function addImportFlags(command: Command): Command {
  return command
    .option('--size <pixels>', 'images: scale the shorter side to this and cut out the middle, or keep; needed where sizes differ', size)
    .option(
      '--classes <list>',
      'images: the classes to take, in this order: names with commas between ("a, b" is one), or a file with one a line',
    )
    .option('--per-class <n>', 'images: at most so many training images of each class', integer('images of a class', 1, mostImages))
    .option('--test-per-class <n>', 'images: at most so many test images of each class', integer('images of a class', 1, mostImages))
    .option('--test-share <share>', 'images without splits: share of each class that becomes test images (0.2)', share)
    .option('--seed <n>', 'images: of the draws that --per-class and --test-share make (1)', integer('a seed', 0, 2 ** 32 - 1))
    .option('--title <text>', 'images: title of the data set, where it is not its name')
}

/** @throws SkiplabError bad-input for a list of classes that cannot be read */
export function importOptionsOf({ size, classes, perClass, testPerClass, testShare, seed, title }: ImportFlags): ImportOptions {
  return {
    ...(size === undefined ? {} : { size }),
    ...(classes === undefined ? {} : { classes: readClasses(classes) }),
    ...(perClass === undefined ? {} : { perClass }),
    ...(testPerClass === undefined ? {} : { testPerClass }),
    ...(testShare === undefined ? {} : { testShare }),
    ...(seed === undefined ? {} : { seed }),
    ...(title === undefined ? {} : { title }),
  }
}

function size(text: string): number | 'keep' {
  if (text.trim().toLowerCase() === 'keep') return 'keep'
  if (/^\d+$/.test(text.trim())) return integer('a size in pixels', sideRange.least, sideRange.most)(text)
  throw new SkiplabError('bad-input', `Expected a size in pixels from ${sideRange.least} to ${sideRange.most}, or keep; got "${text}".`)
}

function share(text: string): number {
  const value = number('a share', 0, 1)(text)
  if (value > 0 && value < 1) return value
  throw new SkiplabError('bad-input', `Expected a share above 0 and below 1, such as 0.2; got "${text}".`)
}

/** A file of that name counts first; a class may be called anything. */
function readClasses(text: string): string[] {
  const path = text.trim() === '' ? '' : absolutePath(text)
  const isFile = path !== '' && existsSync(path) && statSync(path).isFile()
  const names = isFile ? readLines(path) : parseClassList(text)
  if (names.length >= 2) return names
  throw new SkiplabError(
    'bad-input',
    'Expected at least two classes after --classes, as names with commas between or a file with one a line; got ' +
      `${isFile ? `${names.length} in ${path}` : `"${text}"`}.`,
  )
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
      .map((name) => name.trim())
      .filter((name) => name !== '')
  } catch (error) {
    throw new SkiplabError('bad-input', `${path} cannot be read: ${messageOf(error)}.`)
  }
}
