export interface KnownForm {
  /** Name under which it is added. */
  readonly name: string
  /** In words: "CIFAR-100, Python version". */
  readonly form: string
}

const baseNames = (paths: readonly string[]) => new Set(paths.map((path) => path.slice(path.lastIndexOf('/') + 1)))

/** Which archive that is known by name files are, by their names, also where some are missing; null for none. */
export function knownForm(paths: readonly string[]): KnownForm | null {
  const names = baseNames(paths)
  const has = (...wanted: string[]) => wanted.every((name) => names.has(name))
  const some = (...wanted: string[]) => wanted.some((name) => names.has(name))
  const batches = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}`)
  if (some(...batches.map((name) => `${name}.bin`))) return { name: 'cifar10', form: 'CIFAR-10, binary version' }
  if (some(...batches)) return { name: 'cifar10', form: 'CIFAR-10, Python version' }
  if (has('train.bin', 'test.bin') || (has('fine_label_names.txt') && some('train.bin', 'test.bin')))
    return { name: 'cifar100', form: 'CIFAR-100, binary version' }
  if (has('meta') && some('train', 'test')) return { name: 'cifar100', form: 'CIFAR-100, Python version' }
  return null
}
