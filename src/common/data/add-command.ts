import { shellWord } from '../shell-word.ts'
import { writeClassList } from './class-list.ts'
import type { DatasetManifest } from './dataset.ts'

/**
 * The command that stores a data set as it was stored: "data add imagenette-160 --as small --size 128".
 * @param asked of its import, where it is recorded
 * @param isImported whether its images are a person's own, which PATH stands for
 */
export function addDataCommand(name: string, asked: DatasetManifest['asked'], isImported: boolean): string {
  const { known, options = {} } = asked ?? {}
  const { size, classes, perClass, testPerClass, testShare, seed, title } = options
  const flags: readonly (readonly [string, string | number | undefined])[] = [
    ['--as', known === undefined ? undefined : name],
    ['--from', isImported && known === undefined ? 'PATH' : undefined],
    ['--size', size],
    ['--classes', classes && writeClassList(classes)],
    ['--per-class', perClass],
    ['--test-per-class', testPerClass],
    ['--test-share', testShare],
    ['--seed', seed],
    ['--title', title],
  ]
  const words = flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, shellWord(String(value))]))
  return ['data', 'add', shellWord(known ?? name), ...words].join(' ')
}
