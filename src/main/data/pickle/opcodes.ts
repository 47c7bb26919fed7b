import type { PickleMachine } from './pickle.ts'
import { finished, type Pickled, PickleRefusal, textOf } from './values.ts'

/** Every opcode that is read, by its byte: https://docs.python.org/3/library/pickletools.html. */
export const opcodes: Readonly<Record<string, (machine: PickleMachine) => void>> = {
  '\x80': (m) => void m.take(1), // protocol
  '\x95': (m) => void m.take(8), // frame
  '(': (m) => m.pushMark(),
  '0': (m) => void m.pop(),
  N: (m) => m.push(null),
  '\x88': (m) => m.push(true),
  '\x89': (m) => m.push(false),
  J: (m) => m.push(m.take(4).readInt32LE()),
  K: (m) => m.push(m.unsigned(1)),
  M: (m) => m.push(m.unsigned(2)),
  I: (m) => m.push(readInteger(m.line())),
  L: (m) => m.push(readInteger(m.line().replace(/L$/, ''))),
  '\x8a': (m) => m.push(readLong(m.take(m.unsigned(1)))),
  G: (m) => m.push(m.take(8).readDoubleBE()),
  F: (m) => m.push(readFloat(m.line())),
  U: (m) => m.push(m.take(m.unsigned(1))), // bytes of Python 2
  T: (m) => m.push(m.take(m.unsigned(4))),
  C: (m) => m.push(m.take(m.unsigned(1))), // bytes of Python 3
  B: (m) => m.push(m.take(m.unsigned(4))),
  '\x8e': (m) => m.push(m.take(m.unsigned(8))),
  X: (m) => m.push(m.take(m.unsigned(4)).toString('utf8')),
  '\x8c': (m) => m.push(m.take(m.unsigned(1)).toString('utf8')),
  ']': (m) => m.pushContainer([]),
  '}': (m) => m.pushContainer(new Map()),
  ')': (m) => m.pushContainer([]),
  '\x8f': (m) => m.pushContainer([]), // set
  a: (m) => append(m, [m.pop()]),
  e: (m) => append(m, m.popToMark()),
  '\x90': (m) => append(m, m.popToMark()),
  s: (m) => {
    const [value, key] = [m.pop(), m.pop()]
    setItems(m, [key, value])
  },
  u: (m) => setItems(m, m.popToMark()),
  t: (m) => m.pushContainer(m.popToMark().map(finished)),
  l: (m) => m.pushContainer(m.popToMark().map(finished)),
  '\x85': (m) => pushTuple(m, 1),
  '\x86': (m) => pushTuple(m, 2),
  '\x87': (m) => pushTuple(m, 3),
  q: (m) => m.remember(m.unsigned(1)),
  r: (m) => m.remember(m.unsigned(4)),
  p: (m) => m.remember(readInteger(m.line())),
  '\x94': (m) => m.rememberNext(),
  h: (m) => m.recall(m.unsigned(1)),
  j: (m) => m.recall(m.unsigned(4)),
  g: (m) => m.recall(readInteger(m.line())),
  c: (m) => m.name(m.line(), m.line()),
  '\x93': (m) => {
    const [name, module] = [m.pop(), m.pop()]
    m.name(textOf(module), textOf(name))
  },
  R: callWith,
  '\x81': callWith, // cls.__new__(cls, ...)
  Q: (m) => {
    const id = finished(m.pop())
    if (!m.table.persistent) throw new PickleRefusal('it keeps objects outside itself')
    m.push(m.table.persistent(id))
  },
  b: (m) => {
    const state = finished(m.pop())
    m.table.build(m.top(), state)
  },
}

function callWith(m: PickleMachine): void {
  const [given, called] = [m.pop(), m.pop()]
  m.call(called, finished(given))
}

function append(m: PickleMachine, items: readonly Pickled[]): void {
  const list = m.top()
  if (!Array.isArray(list)) throw new PickleRefusal('it appends to what is no list')
  for (const item of items) list.push(finished(item))
}

function setItems(m: PickleMachine, items: readonly Pickled[]): void {
  const map = m.top()
  if (!(map instanceof Map) || items.length % 2 !== 0) throw new PickleRefusal('it sets items of what is no dictionary')
  for (let at = 0; at < items.length; at += 2) {
    const key = items[at]!
    map.set(typeof key === 'number' ? String(key) : textOf(key), finished(items[at + 1]!))
  }
}

function pushTuple(m: PickleMachine, length: number): void {
  const items = Array.from({ length }, () => finished(m.pop()))
  m.pushContainer(items.reverse())
}

function readInteger(text: string): number {
  // Protocol 0 writes True and False as 01 and 00.
  if (/^-?\d+$/.test(text)) return Number(text)
  throw new PickleRefusal(`"${text.slice(0, 40)}" where a whole number was expected`)
}

function readFloat(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && !Number.isNaN(value)) return value
  throw new PickleRefusal(`"${text.slice(0, 40)}" where a number was expected`)
}

/** A signed whole number of any length, little-endian. */
function readLong(bytes: Buffer): number {
  if (bytes.length === 0) return 0
  const unsigned = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
  return Number(BigInt.asIntN(bytes.length * 8, unsigned))
}
