/** Opcodes of pickle protocol 2 that a state dict takes: https://github.com/python/cpython/blob/main/Lib/pickletools.py */
const opcodes = {
  protocol: 0x80,
  stop: 0x2e,
  mark: 0x28,
  tuple: 0x74,
  emptyTuple: 0x29,
  reduce: 0x52,
  setItems: 0x75,
  global: 0x63,
  put: 0x71,
  get: 0x68,
  persistentId: 0x51,
  integer1: 0x4b,
  integer2: 0x4d,
  integer4: 0x4a,
  long: 0x8a,
  text: 0x58,
  false: 0x89,
} as const

/** Writes a pickle of protocol 2, opcode by opcode. Globals are written once and taken from the memo afterwards. */
export class PickleWriter {
  readonly #parts: Buffer[] = [Buffer.of(opcodes.protocol, 2)]
  readonly #memo = new Map<string, number>()

  mark(): void {
    this.#op('mark')
  }

  /** Makes a tuple of all since the last mark. */
  tuple(): void {
    this.#op('tuple')
  }

  /** Calls the function below the tuple on the stack with it. */
  reduce(): void {
    this.#op('reduce')
  }

  /** Puts keys and values since the last mark into the dict below it. */
  setItems(): void {
    this.#op('setItems')
  }

  /** Makes the tuple on the stack the name of something outside the pickle. */
  persistentId(): void {
    this.#op('persistentId')
  }

  false(): void {
    this.#op('false')
  }

  emptyOrderedDict(): void {
    this.global('collections', 'OrderedDict')
    this.#op('emptyTuple')
    this.#op('reduce')
  }

  global(module: string, name: string): void {
    const key = `${module}\n${name}\n`
    const known = this.#memo.get(key)
    if (known !== undefined) return void this.#parts.push(Buffer.of(opcodes.get, known))
    const index = this.#memo.size
    this.#memo.set(key, index)
    this.#parts.push(Buffer.of(opcodes.global), Buffer.from(key), Buffer.of(opcodes.put, index))
  }

  text(value: string): void {
    const bytes = Buffer.from(value)
    const head = Buffer.alloc(5)
    head[0] = opcodes.text
    head.writeUInt32LE(bytes.length, 1)
    this.#parts.push(head, bytes)
  }

  /** @param value whole, 0 or above */
  integer(value: number): void {
    this.#parts.push(integerBytes(value))
  }

  /** Ends the pickle. @returns its bytes */
  finish(): Buffer {
    this.#op('stop')
    return Buffer.concat(this.#parts)
  }

  #op(name: keyof typeof opcodes): void {
    this.#parts.push(Buffer.of(opcodes[name]))
  }
}

function integerBytes(value: number): Buffer {
  if (value < 0x100) return Buffer.of(opcodes.integer1, value)
  if (value < 0x10000) return Buffer.of(opcodes.integer2, value & 0xff, value >> 8)
  const bytes = Buffer.alloc(10)
  if (value < 0x80000000) {
    bytes[0] = opcodes.integer4
    bytes.writeInt32LE(value, 1)
    return bytes.subarray(0, 5)
  }
  bytes[0] = opcodes.long
  bytes[1] = 8
  bytes.writeBigInt64LE(BigInt(value), 2)
  return bytes
}
