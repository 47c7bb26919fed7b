/** A value of a pickle. Python 2's texts come as bytes; keys of dictionaries that are numbers come as texts. */
export type Pickled = number | boolean | null | Buffer | string | Pickled[] | Map<string, Pickled> | PickledName | PickledObject

/** A name of a Python module. It is never called: the table of the reader says what stands for its object. */
export class PickledName {
  /** "collections OrderedDict": module and name. */
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** What stands for an object of Python; each reader has classes of its own. */
export abstract class PickledObject {
  /** What a container holds in its place, once it is built. */
  finished(): Pickled {
    return this
  }
}

/** The closed list of Python's names that a reader understands, and what each makes. */
export interface PickleTable {
  /** Whether a pickle may name it: "numpy dtype". */
  knows(name: string): boolean
  /** What a call with these arguments makes. @throws PickleRefusal for names that may only stand there */
  construct(name: string, given: Pickled): Pickled
  /** Takes the state that an object is given after it was made. @throws PickleRefusal where it takes none */
  build(target: Pickled, state: Pickled): void
  /** What stands for an object that is kept outside the pickle. Left out: there are none. */
  persistent?(id: Pickled): Pickled
}

/** What a pickle holds that is not read. */
export class PickleRefusal extends Error {}

/** A value as a container holds it. */
export function finished(item: Pickled): Pickled {
  return item instanceof PickledObject ? item.finished() : item
}

/** @throws PickleRefusal for what is neither text nor a number */
export function textOf(item: Pickled): string {
  if (typeof item === 'string') return item
  if (Buffer.isBuffer(item)) return item.toString('latin1')
  throw new PickleRefusal('a key or name that is no text')
}
