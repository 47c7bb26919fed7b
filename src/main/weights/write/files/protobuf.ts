import { SkiplabError } from '../../../../common/failure.ts'
import type { OutputFile } from './output-file.ts'

/** Programs that read protocol buffers take no message of 2 GB. */
const mostBytes = 2 ** 31 - 1

/** Contents of a field whose bytes are made while they are written. */
export interface LazyBytes {
  readonly bytes: number
  /** Makes them, in order. */
  chunks(): Iterable<Uint8Array>
}

/**
 * A message of protocol buffers, built field by field: https://protobuf.dev/programming-guides/encoding. Weights in it are read when they
 * are written, so that a message may be larger than memory.
 */
export class Message {
  readonly #parts: (Uint8Array | LazyBytes)[] = []
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  /** Adds an integer, an enum's number or a boolean. */
  integer(field: number, value: number | bigint): this {
    return this.#add(varint((field << 3) | 0)).#add(varint(value))
  }

  float(field: number, value: number): this {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatLE(value)
    return this.#add(varint((field << 3) | 5)).#add(bytes)
  }

  text(field: number, value: string): this {
    return this.content(field, Buffer.from(value))
  }

  content(field: number, value: Uint8Array | LazyBytes): this {
    const length = value instanceof Uint8Array ? value.length : value.bytes
    return this.#add(varint((field << 3) | 2))
      .#add(varint(length))
      .#add(value)
  }

  message(field: number, value: Message): this {
    this.#add(varint((field << 3) | 2)).#add(varint(value.bytes))
    for (const part of value.#parts) this.#add(part)
    return this
  }

  /** Adds a repeated field of integers, one behind the other. */
  integers(field: number, values: readonly number[]): this {
    for (const value of values) this.integer(field, value)
    return this
  }

  /** Adds an entry of a map whose keys are text. */
  entry(field: number, key: string, value: Message): this {
    return this.message(field, new Message().text(1, key).message(2, value))
  }

  /** @throws SkiplabError bad-input from 2 GB on */
  writeTo(file: OutputFile): void {
    if (this.#bytes > mostBytes)
      throw new SkiplabError(
        'bad-input',
        'The file would be larger than 2 GB, which its format does not allow. Choose pytorch or safetensors instead.',
      )
    for (const part of this.#parts) {
      if (part instanceof Uint8Array) file.append(part)
      else for (const chunk of part.chunks()) file.append(chunk)
    }
  }

  #add(part: Uint8Array | LazyBytes): this {
    this.#parts.push(part)
    this.#bytes += part instanceof Uint8Array ? part.length : part.bytes
    return this
  }
}

/** Encodes an integer, seven bits a byte; a negative one as its 64-bit complement. */
function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}
