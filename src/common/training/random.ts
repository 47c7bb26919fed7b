/**
 * Random numbers that are functions of (seed, stream, counter) and nothing else, so that a resumed run draws what an
 * uninterrupted one would have drawn. The generator is sfc32 (PractRand-clean, 128 bits of state), seeded
 * through the 32-bit finaliser of MurmurHash3; integer arithmetic only, so it is the same on every platform.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1
  #spare: number | null = null

  /** `keys` name the stream: `new Random(seed, stream, epoch)`. Each is taken modulo 2^32. */
  constructor(...keys: readonly number[]) {
    let state = 0x9e3779b9
    const absorb = (key: number) => (state = finalise((state ^ finalise(key >>> 0)) + 0x9e3779b9))
    keys.forEach(absorb)
    this.#a = absorb(1)
    this.#b = absorb(2)
    this.#c = absorb(3)
    for (let warmUp = 0; warmUp < 12; warmUp++) this.uint32()
  }

  /** Uniform integer in [0, 2^32). */
  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.uint32() / 0x1_0000_0000
  }

  /** Uniform integer in [0, bound), without modulo bias. */
  below(bound: number): number {
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound)
    let value = this.uint32()
    while (value >= limit) value = this.uint32()
    return value % bound
  }

  /** Standard normal, by Marsaglia's polar method. */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare
      this.#spare = null
      return spare
    }
    for (;;) {
      const x = 2 * this.uniform() - 1
      const y = 2 * this.uniform() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * Math.log(square)) / square)
      this.#spare = y * factor
      return x * factor
    }
  }

  /** Fisher-Yates, in place. */
  shuffle(values: Uint32Array): Uint32Array {
    for (let last = values.length - 1; last > 0; last--) {
      const other = this.below(last + 1)
      const kept = values[last]!
      values[last] = values[other]!
      values[other] = kept
    }
    return values
  }
}

/** Streams that never share a draw. */
export const randomStreams = { initialization: 1, order: 2, augmentation: 3, split: 4, stochasticDepth: 5, scale: 6, analysis: 7 } as const

function finalise(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
