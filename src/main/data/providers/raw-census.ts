import { createHash } from 'node:crypto'
import type { Inspection } from '../../../common/data/inspection.ts'
import type { Labels } from '../../../common/data/labels.ts'
import type { SplitName } from '../stored/dataset-folder.ts'
import { listed } from './problem-list.ts'

/** Equal images that are named. */
const pairsNamed = 5

interface SeenSplit {
  readonly digests: string[]
  readonly labels: number[]
}

/** Counts the images of a data set that comes as plain pixels, and finds those whose pixels are equal. Images may come in any order. */
export class RawCensus {
  readonly #classes: readonly string[]
  readonly #splits: Readonly<Record<SplitName, SeenSplit>> = {
    train: { digests: [], labels: [] },
    test: { digests: [], labels: [] },
  }

  constructor(classes: readonly string[]) {
    this.#classes = classes
  }

  /** @param images uint8 [k, ...], of the k labels, from index `first` of the split on */
  add(split: SplitName, first: number, images: Uint8Array, labels: Labels): void {
    const bytes = images.length / labels.length
    const { digests, labels: seen } = this.#splits[split]
    for (let at = 0; at < labels.length; at++) {
      digests[first + at] = createHash('sha1')
        .update(images.subarray(at * bytes, (at + 1) * bytes))
        .digest('base64')
      seen[first + at] = labels[at]!
    }
  }

  /** Images by class. */
  get classes(): Inspection['classes'] {
    const counts = (split: SplitName) => {
      const counted = this.#classes.map(() => 0)
      // Skips the holes that missing batches leave.
      this.#splits[split].labels.forEach((label) => counted[label]!++)
      return counted
    }
    const [train, test] = [counts('train'), counts('test')]
    return this.#classes.map((name, label) => ({ name, train: train[label]!, validation: null, test: test[label]! }))
  }

  /** Whole sentences about equal images, for people. */
  get notes(): string[] {
    const { train, test } = this.#splits
    const [first, firstTest] = [new Map<string, number>(), new Map<string, number>()]
    const [leaked, twoClasses] = [new Equal(), new Equal()]
    const named = (split: SplitName, index: number) => `${split} ${index} (${this.#classes[this.#splits[split].labels[index]!]})`
    train.digests.forEach((digest, index) => {
      const there = first.get(digest)
      if (there === undefined) first.set(digest, index)
      else if (train.labels[there] !== train.labels[index]) twoClasses.add(`${named('train', there)} = ${named('train', index)}`)
    })
    test.digests.forEach((digest, index) => {
      const [trained, tested] = [first.get(digest), firstTest.get(digest)]
      if (trained !== undefined) leaked.add(`test ${index} = train ${trained}`)
      if (tested === undefined) firstTest.set(digest, index)
      const [split, there] = trained === undefined ? (['test', tested] as const) : (['train', trained] as const)
      if (there !== undefined && this.#splits[split].labels[there] !== test.labels[index])
        twoClasses.add(`${named(split, there)} = ${named('test', index)}`)
    })
    return [
      ...leaked.sentence((count) =>
        count === 1 ? 'test image is, pixel by pixel, a training image too' : 'test images are, pixel by pixel, training images too',
      ),
      ...twoClasses.sentence((count) =>
        count === 1 ? 'image stands, pixel by pixel, in two classes' : 'images stand, pixel by pixel, in two classes',
      ),
    ]
  }
}

/** Counts equal images and names the first. */
class Equal {
  #count = 0
  readonly #named: string[] = []

  add(pair: string): void {
    this.#count++
    if (this.#named.length < pairsNamed) this.#named.push(pair)
  }

  sentence(words: (count: number) => string): string[] {
    if (this.#count === 0) return []
    const more = this.#count > this.#named.length ? ` and ${this.#count - this.#named.length} more` : ''
    return [`${this.#count} ${words(this.#count)}: ${listed(this.#named)}${more}.`]
  }
}
