import { type Bytes, WeightsRefusal } from './byte-source.ts'

/** A field of a protobuf message: a number, or where its bytes stand in the file. */
export interface ProtobufField {
  readonly number: number
  /** Of a varint, or the bytes of a fixed field taken as one; 0 for fields with a length. */
  readonly value: bigint
  readonly start: number
  /** Bytes; 0 for numbers. */
  readonly length: number
}

const windowBytes = 2 ** 16
/** More than a network of ten thousand layers has. */
const mostFields = 500_000

/** Reads a message's fields one by one, and only the bytes that tell where they stand: https://protobuf.dev/programming-guides/encoding. */
export class ProtobufReader {
  readonly #source: Bytes
  #window: Buffer = Buffer.alloc(0)
  #windowStart = 0
  #fields = 0

  constructor(source: Bytes) {
    this.#source = source
  }

  /** @throws WeightsRefusal where a field leads outside the message or is of no known kind */
  *fields(start: number, length: number): Generator<ProtobufField> {
    const end = start + length
    this.#source.require(start, length)
    let at = start
    while (at < end) {
      if (++this.#fields > mostFields) throw new WeightsRefusal(`it holds more than ${mostFields} fields`)
      const [key, afterKey] = this.#varint(at, end)
      const number = Number(key >> 3n)
      const kind = Number(key & 7n)
      if (number === 0) throw new WeightsRefusal(`it is damaged at byte ${at}: a field without a number`)
      const [value, next] = this.#content(kind, afterKey, end)
      if (kind !== 2) yield { number, value, start: afterKey, length: 0 }
      else {
        const size = Number(value)
        if (next + size > end) throw new WeightsRefusal(`it is damaged at byte ${at}: a field of ${size} bytes in ${end - next}`)
        yield { number, value: 0n, start: next, length: size }
      }
      at = kind === 2 ? next + Number(value) : next
    }
  }

  /** The varints of a packed field. */
  *varints({ start, length }: ProtobufField): Generator<bigint> {
    for (let at = start; at < start + length;) {
      const [value, next] = this.#varint(at, start + length)
      yield value
      at = next
    }
  }

  text({ start, length }: ProtobufField, most: number): string {
    return this.#source.read(start, Math.min(length, most)).toString('utf8')
  }

  #content(kind: number, at: number, end: number): [value: bigint, next: number] {
    switch (kind) {
      case 0:
      case 2:
        return this.#varint(at, end)
      case 1:
        return [this.#bytes(at, 8, end).readBigUInt64LE(), at + 8]
      case 5:
        return [BigInt(this.#bytes(at, 4, end).readUInt32LE()), at + 4]
      default:
        throw new WeightsRefusal(`it is damaged at byte ${at}: a field of kind ${kind}`)
    }
  }

  #varint(at: number, end: number): [value: bigint, next: number] {
    let value = 0n
    for (let index = 0; index < 10; index++) {
      const byte = this.#bytes(at + index, 1, end)[0]!
      value |= BigInt(byte & 0x7f) << BigInt(7 * index)
      if (byte < 0x80) return [BigInt.asUintN(64, value), at + index + 1]
    }
    throw new WeightsRefusal(`it is damaged at byte ${at}: a number of more than 64 bits`)
  }

  /** From the window on the file, which moves on. */
  #bytes(at: number, length: number, end: number): Buffer {
    if (at + length > end) throw new WeightsRefusal(`it is damaged at byte ${at}: a field leads outside its message`)
    const from = at - this.#windowStart
    if (from < 0 || from + length > this.#window.length) {
      this.#windowStart = at
      this.#window = this.#source.read(at, Math.min(windowBytes, this.#source.size - at))
      return this.#window.subarray(0, length)
    }
    return this.#window.subarray(from, from + length)
  }
}
