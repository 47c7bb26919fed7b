export interface KnownForm {
  /** Name under which it is added. */
  readonly name: string
  /** In words: "CIFAR-100, Python version". */
  readonly form: string
}

const baseNames = (paths: readonly string[]) => new Set(paths.map((path) => path.slice(path.lastIndexOf('/') + 1)))

/** Which archive that is known by name files are, by their names; null for none. */
export function knownForm(paths: readonly string[]): KnownForm | null {
  const names = baseNames(paths)
  const has = (...wanted: string[]) => wanted.every((name) => names.has(name))
  if (has('data_batch_1.bin', 'test_batch.bin')) return { name: 'cifar10', form: 'CIFAR-10, binary version' }
  if (has('data_batch_1', 'test_batch')) return { name: 'cifar10', form: 'CIFAR-10, Python version' }
  if (has('train.bin', 'test.bin')) return { name: 'cifar100', form: 'CIFAR-100, binary version' }
  if (has('train', 'test', 'meta')) return { name: 'cifar100', form: 'CIFAR-100, Python version' }
  return null
}
