import { opcodes } from './opcodes.ts'
import { finished, type Pickled, PickledName, PickleRefusal, type PickleTable } from './values.ts'

/** Far above what real files have, so that no pickle takes a machine's memory. */
export interface PickleLimits {
  readonly opcodes: number
  /** Lists, tuples and dictionaries. */
  readonly containers: number
}

const mark = Symbol('mark')

/**
 * Reads one pickle (protocols 0 to 5 as far as data needs). Nothing of it is executed: opcodes and Python's names are closed lists.
 * @returns the value, and the offset behind the pickle
 * @throws PickleRefusal naming the offset, for any other opcode or name; RangeError where the bytes end too early
 */
export function readPickle(bytes: Buffer, table: PickleTable, limits: PickleLimits, start = 0): { value: Pickled; end: number } {
  return new PickleMachine(bytes, table, limits, start).read()
}

/** The stack machine that a pickle's opcodes drive. */
export class PickleMachine {
  readonly table: PickleTable
  readonly #bytes: Buffer
  readonly #limits: PickleLimits
  readonly #stack: (Pickled | typeof mark)[] = []
  readonly #memo = new Map<number, Pickled>()
  #containers = 0
  #at: number

  constructor(bytes: Buffer, table: PickleTable, limits: PickleLimits, start: number) {
    this.#bytes = bytes
    this.table = table
    this.#limits = limits
    this.#at = start
  }

  read(): { value: Pickled; end: number } {
    for (let steps = 0; steps < this.#limits.opcodes; steps++) {
      const offset = this.#at
      const opcode = String.fromCharCode(this.take(1)[0]!)
      if (opcode === '.') return { value: finished(this.pop()), end: this.#at }
      const action = opcodes[opcode]
      if (!action) throw new PickleRefusal(`opcode 0x${opcode.charCodeAt(0).toString(16)} at offset ${offset}, which is not read`)
      action(this)
    }
    throw new PickleRefusal(`more than ${this.#limits.opcodes} opcodes`)
  }

  take(length: number): Buffer {
    if (!(length >= 0 && this.#at + length <= this.#bytes.length)) throw new RangeError('end')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at)
    if (end < 0) throw new RangeError('end')
    const text = this.take(end - this.#at).toString('latin1')
    this.take(1)
    return text
  }

  unsigned(length: number): number {
    const value = this.take(length)
    return length === 8 ? Number(value.readBigUInt64LE()) : value.readUIntLE(0, length)
  }

  push(item: Pickled): void {
    this.#stack.push(item)
  }

  pushMark(): void {
    this.#stack.push(mark)
  }

  /** Pushes a list, tuple or dictionary, of which there may be only so many. */
  pushContainer(item: Pickled[] | Map<string, Pickled>): void {
    if (++this.#containers > this.#limits.containers) throw new PickleRefusal(`more than ${this.#limits.containers} lists and dictionaries`)
    this.#stack.push(item)
  }

  pop(): Pickled {
    const item = this.#stack.pop()
    if (item === undefined || item === mark) throw this.#missing('a value is missing')
    return item
  }

  top(): Pickled {
    const item = this.#stack.at(-1)
    if (item === undefined || item === mark) throw this.#missing('a value is missing')
    return item
  }

  /** Everything above the last mark, which goes too. */
  popToMark(): Pickled[] {
    const at = this.#stack.lastIndexOf(mark)
    if (at < 0) throw this.#missing('a mark is missing')
    // No mark is left above the last one.
    return this.#stack.splice(at).slice(1) as Pickled[]
  }

  remember(key: number): void {
    this.#memo.set(key, this.top())
  }

  rememberNext(): void {
    this.#memo.set(this.#memo.size, this.top())
  }

  recall(key: number): void {
    const item = this.#memo.get(key)
    if (item === undefined) throw this.#missing(`nothing is remembered as ${key}`)
    this.push(item)
  }

  name(module: string, name: string): void {
    const full = `${module} ${name}`
    if (!this.table.knows(full)) throw new PickleRefusal(`it names ${printable(full.replace(' ', '.'))}, which is not run`)
    this.push(new PickledName(full))
  }

  call(called: Pickled, given: Pickled): void {
    if (!(called instanceof PickledName)) throw new PickleRefusal('it calls what is not run')
    const made = this.table.construct(called.name, given)
    if (made instanceof Map || Array.isArray(made)) this.pushContainer(made)
    else this.push(made)
  }

  #missing(what: string): PickleRefusal {
    return new PickleRefusal(`${what} at offset ${this.#at}`)
  }
}

/** The first 120 characters of a text of the file, without what would disturb a terminal. */
function printable(text: string): string {
  const clean = text.replace(/\P{ASCII}|\p{Cc}/gu, '?')
  return clean.length > 120 ? `${clean.slice(0, 120)}...` : clean
}
