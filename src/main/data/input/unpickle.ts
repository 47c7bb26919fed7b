import { SkiplabError } from '../../../common/failure.ts'

/** What a pickle of data holds. Python 2's texts come as bytes; numpy's arrays of bytes as `bytes` with a shape. */
export type Pickled = number | boolean | null | Buffer | string | Pickled[] | Map<string, Pickled> | PickledArray | PickledName

export interface PickledArray {
  readonly shape: readonly number[]
  /** uint8 in the order of C. */
  readonly bytes: Buffer
}

/** A name of a Python module, which is never called: numpy's few are understood, others refused. */
class PickledName {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** A numpy array or type whose state comes in a later opcode. */
class Unbuilt {
  state: Pickled = null
  readonly what: 'array' | 'type'
  readonly arguments: Pickled
  constructor(what: 'array' | 'type', given: Pickled) {
    this.what = what
    this.arguments = given
  }
}

type Item = Pickled | Unbuilt
const mark = Symbol('mark')

/** Names that stand in pickles of numpy arrays, by Python 2 and 3 and both generations of numpy. */
const reconstruct = /^numpy\.(?:core|_core)\.multiarray _reconstruct$/
const known = [reconstruct, /^numpy ndarray$/, /^numpy dtype$/, /^_codecs encode$/, /^collections OrderedDict$/]
/** Deeper than any data set's and far below what the stack takes. */
const most = 10_000_000

/**
 * Reads a pickle of plain data and arrays of bytes (protocols 0 to 4 as far as CIFAR's archives and what is written like them need).
 * Nothing of it is executed: a closed list of opcodes is understood, and of the names of Python only numpy's for arrays.
 * @param where the file's path, for messages
 * @throws SkiplabError bad-input naming the offset, for any other opcode or name, and where the file ends early
 */
export function unpickle(bytes: Buffer, where: string): Pickled {
  try {
    return new Reader(bytes).read()
  } catch (error) {
    if (error instanceof RangeError || error instanceof Refusal)
      throw new SkiplabError(
        'bad-input',
        `${where}: no pickle of images that can be read: ${error instanceof Refusal ? error.message : 'it ends too early'}. ` +
          'Nothing was imported.',
      )
    throw error
  }
}

class Refusal extends Error {}

class Reader {
  readonly #bytes: Buffer
  readonly #stack: (Item | typeof mark)[] = []
  readonly #memo = new Map<number, Item>()
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  read(): Pickled {
    for (let steps = 0; steps < most; steps++) {
      const offset = this.#at
      const opcode = String.fromCharCode(this.#take(1)[0]!)
      if (opcode === '.') return plain(this.#pop())
      const action = actions[opcode]
      if (!action) throw new Refusal(`opcode 0x${opcode.charCodeAt(0).toString(16)} at offset ${offset}, which is not read`)
      action(this)
    }
    throw new Refusal(`more than ${most} opcodes`)
  }

  #take(length: number): Buffer {
    if (length < 0 || this.#at + length > this.#bytes.length) throw new RangeError('end')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  take(length: number): Buffer {
    return this.#take(length)
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at)
    if (end < 0) throw new RangeError('end')
    const text = this.#take(end - this.#at).toString('latin1')
    this.#take(1)
    return text
  }

  unsigned(length: number): number {
    const value = this.#take(length)
    return length === 8 ? Number(value.readBigUInt64LE()) : value.readUIntLE(0, length)
  }

  push(item: Item | typeof mark): void {
    this.#stack.push(item)
  }

  pop(): Item {
    return this.#pop()
  }

  #pop(): Item {
    const item = this.#stack.pop()
    if (item === undefined || item === mark) throw new Refusal(`a value is missing at offset ${this.#at}`)
    return item
  }

  top(): Item {
    const item = this.#stack.at(-1)
    if (item === undefined || item === mark) throw new Refusal(`a value is missing at offset ${this.#at}`)
    return item
  }

  /** Everything above the last mark, which goes too. */
  popToMark(): Item[] {
    const at = this.#stack.lastIndexOf(mark)
    if (at < 0) throw new Refusal(`a mark is missing at offset ${this.#at}`)
    // No mark is left above the last one.
    return this.#stack.splice(at).slice(1) as Item[]
  }

  remember(key: number): void {
    this.#memo.set(key, this.top())
  }

  rememberNext(): void {
    this.#memo.set(this.#memo.size, this.top())
  }

  recall(key: number): void {
    const item = this.#memo.get(key)
    if (item === undefined) throw new Refusal(`nothing is remembered as ${key} at offset ${this.#at}`)
    this.push(item)
  }

  name(module: string, name: string): void {
    const full = `${module} ${name}`
    if (!known.some((pattern) => pattern.test(full))) throw new Refusal(`it names ${full.replace(' ', '.')}, which is not run`)
    this.push(new PickledName(full))
  }
}

const actions: Readonly<Record<string, (reader: Reader) => void>> = {
  '\x80': (r) => void r.take(1), // protocol
  '\x95': (r) => void r.take(8), // frame
  '(': (r) => r.push(mark),
  N: (r) => r.push(null),
  '\x88': (r) => r.push(true),
  '\x89': (r) => r.push(false),
  J: (r) => r.push(r.take(4).readInt32LE()),
  K: (r) => r.push(r.unsigned(1)),
  M: (r) => r.push(r.unsigned(2)),
  I: (r) => r.push(readInteger(r.line())),
  U: (r) => r.push(r.take(r.unsigned(1))), // bytes of Python 2
  T: (r) => r.push(r.take(r.unsigned(4))),
  C: (r) => r.push(r.take(r.unsigned(1))), // bytes of Python 3
  B: (r) => r.push(r.take(r.unsigned(4))),
  '\x8e': (r) => r.push(r.take(r.unsigned(8))),
  X: (r) => r.push(r.take(r.unsigned(4)).toString('utf8')),
  '\x8c': (r) => r.push(r.take(r.unsigned(1)).toString('utf8')),
  ']': (r) => r.push([]),
  '}': (r) => r.push(new Map()),
  ')': (r) => r.push([]),
  a: (r) => append(r, [r.pop()]),
  e: (r) => append(r, r.popToMark()),
  s: (r) => {
    const [value, key] = [r.pop(), r.pop()]
    setItems(r, [key, value])
  },
  u: (r) => setItems(r, r.popToMark()),
  t: (r) => r.push(r.popToMark().map(plain)),
  l: (r) => r.push(r.popToMark().map(plain)),
  '\x85': (r) => r.push([plain(r.pop())]),
  '\x86': (r) => pushTuple(r, 2),
  '\x87': (r) => pushTuple(r, 3),
  q: (r) => r.remember(r.unsigned(1)),
  r: (r) => r.remember(r.unsigned(4)),
  p: (r) => r.remember(readInteger(r.line())),
  '\x94': (r) => r.rememberNext(),
  h: (r) => r.recall(r.unsigned(1)),
  j: (r) => r.recall(r.unsigned(4)),
  g: (r) => r.recall(readInteger(r.line())),
  c: (r) => r.name(r.line(), r.line()),
  '\x93': (r) => {
    const [name, module] = [r.pop(), r.pop()]
    r.name(textOf(module), textOf(name))
  },
  R: (r) => {
    const [given, called] = [r.pop(), r.pop()]
    r.push(construct(called, plain(given)))
  },
  b: (r) => {
    const state = plain(r.pop())
    const built = r.top()
    if (!(built instanceof Unbuilt)) throw new Refusal('it sets the state of what is no array')
    built.state = state
  },
}

/** Numpy's empty array and type, and the text that Python 3 writes bytes as; nothing else. */
function construct(called: Item, given: Pickled): Item {
  const name = called instanceof PickledName ? called.name : ''
  if (reconstruct.test(name)) return new Unbuilt('array', given)
  if (name === 'numpy dtype') return new Unbuilt('type', given)
  if (name === 'collections OrderedDict') return new Map()
  const [text, encoding] = Array.isArray(given) ? given : []
  if (name === '_codecs encode' && typeof text === 'string' && encoding === 'latin1') return Buffer.from(text, 'latin1')
  throw new Refusal('it calls what is not run')
}

/** A finished value: an array of bytes with its shape. */
function plain(item: Item): Pickled {
  if (!(item instanceof Unbuilt)) return item
  if (item.what === 'type') return typeName(item)
  const [, shape, type, columnsFirst, data] = Array.isArray(item.state) ? item.state : []
  if (
    !Array.isArray(shape) ||
    !shape.every((side) => typeof side === 'number') ||
    !Buffer.isBuffer(data) ||
    (columnsFirst !== false && columnsFirst !== 0)
  )
    throw new Refusal('an array of another kind than rows of bytes')
  if (type !== 'u1' && type !== 'i8') throw new Refusal(`an array of the type ${JSON.stringify(type)}, expected bytes (u1)`)
  const bytesPerItem = type === 'u1' ? 1 : 8
  if (shape.reduce((product, side) => product * side, bytesPerItem) !== data.length)
    throw new Refusal('an array whose bytes do not fit its shape')
  if (type === 'i8') return Array.from({ length: data.length / 8 }, (_, at) => Number(data.readBigInt64LE(at * 8)))
  return { shape, bytes: data }
}

function typeName({ arguments: given }: Unbuilt): string {
  const [name] = Array.isArray(given) ? given : []
  return typeof name === 'string' || Buffer.isBuffer(name) ? textOf(name) : ''
}

function append(r: Reader, items: readonly Item[]): void {
  const list = r.top()
  if (!Array.isArray(list)) throw new Refusal('it appends to what is no list')
  for (const item of items) list.push(plain(item))
}

function setItems(r: Reader, items: readonly Item[]): void {
  const map = r.top()
  if (!(map instanceof Map) || items.length % 2 !== 0) throw new Refusal('it sets items of what is no dictionary')
  for (let at = 0; at < items.length; at += 2) map.set(textOf(items[at]!), plain(items[at + 1]!))
}

function pushTuple(r: Reader, length: number): void {
  const items = Array.from({ length }, () => plain(r.pop()))
  r.push(items.reverse())
}

function textOf(item: Item): string {
  if (typeof item === 'string') return item
  if (Buffer.isBuffer(item)) return item.toString('latin1')
  throw new Refusal('a key or name that is no text')
}

function readInteger(text: string): number {
  // Protocol 0 writes True and False as 01 and 00.
  if (/^-?\d+$/.test(text)) return Number(text)
  throw new Refusal(`"${text}" where a whole number was expected`)
}
