import { SkiplabError } from '../../../common/failure.ts'
import { readPickle } from './pickle.ts'
import { finished, type Pickled, PickledObject, PickleRefusal, type PickleTable, textOf } from './values.ts'

/** Numpy's array of bytes, in the order of C. */
export class PickledArray extends PickledObject {
  readonly shape: readonly number[]
  readonly bytes: Buffer
  constructor(shape: readonly number[], bytes: Buffer) {
    super()
    this.shape = shape
    this.bytes = bytes
  }
}

/** Numpy's array whose state comes in a later opcode. */
class UnbuiltArray extends PickledObject {
  state: Pickled = null

  override finished(): Pickled {
    const [, shape, type, columnsFirst, data] = Array.isArray(this.state) ? this.state : []
    if (
      !Array.isArray(shape) ||
      !shape.every((side) => typeof side === 'number') ||
      !Buffer.isBuffer(data) ||
      (columnsFirst !== false && columnsFirst !== 0)
    )
      throw new PickleRefusal('an array of another kind than rows of bytes')
    if (type !== 'u1' && type !== 'i8') throw new PickleRefusal(`an array of the type ${JSON.stringify(type)}, expected bytes (u1)`)
    const bytesPerItem = type === 'u1' ? 1 : 8
    if (shape.reduce((product, side) => product * side, bytesPerItem) !== data.length)
      throw new PickleRefusal('an array whose bytes do not fit its shape')
    if (type === 'i8') return Array.from({ length: data.length / 8 }, (_, at) => Number(data.readBigInt64LE(at * 8)))
    return new PickledArray(shape, data)
  }
}

/** Numpy's type of an array's items: its name stands for it. */
class UnbuiltType extends PickledObject {
  readonly #given: Pickled
  constructor(given: Pickled) {
    super()
    this.#given = given
  }

  override finished(): Pickled {
    const [name] = Array.isArray(this.#given) ? this.#given : []
    return typeof name === 'string' || Buffer.isBuffer(name) ? textOf(name) : ''
  }
}

/** Names that stand in pickles of numpy arrays, by Python 2 and 3 and both generations of numpy. */
const reconstruct = /^numpy\.(?:core|_core)\.multiarray _reconstruct$/
const known = [reconstruct, /^numpy ndarray$/, /^numpy dtype$/, /^_codecs encode$/, /^collections OrderedDict$/]

const table: PickleTable = {
  knows: (name) => known.some((pattern) => pattern.test(name)),
  /** Numpy's empty array and type, and the text that Python 3 writes bytes as; nothing else. */
  construct(name, given) {
    if (reconstruct.test(name)) return new UnbuiltArray()
    if (name === 'numpy dtype') return new UnbuiltType(given)
    if (name === 'collections OrderedDict') return new Map()
    const [text, encoding] = Array.isArray(given) ? given : []
    if (name === '_codecs encode' && typeof text === 'string' && encoding === 'latin1') return Buffer.from(text, 'latin1')
    throw new PickleRefusal('it calls what is not run')
  },
  build(target, state) {
    if (target instanceof UnbuiltArray) target.state = finished(state)
    else if (!(target instanceof UnbuiltType)) throw new PickleRefusal('it sets the state of what is no array')
  },
}

/** More than any data set's and far below what the memory takes. */
const limits = { opcodes: 10_000_000, containers: 1_000_000 }

/**
 * Reads a pickle of plain data and arrays of bytes, as CIFAR's archives and what is written like them have it.
 * @param where the file's path, for messages
 * @throws SkiplabError bad-input naming the offset, for any other opcode or name, and where the file ends early
 */
export function unpickle(bytes: Buffer, where: string): Pickled {
  try {
    return readPickle(bytes, table, limits).value
  } catch (error) {
    if (error instanceof RangeError || error instanceof PickleRefusal)
      throw new SkiplabError(
        'bad-input',
        `${where}: no pickle of images that can be read: ${error instanceof PickleRefusal ? error.message : 'it ends too early'}. ` +
          'Nothing was imported.',
      )
    throw error
  }
}
