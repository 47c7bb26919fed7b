import { createHash } from 'node:crypto'
import type { ImageTrait, ImportedImage } from '../../decode/import-image.ts'
import { listed } from '../problem-list.ts'
import type { TreeSplit } from '../selection/class-images.ts'

export interface PositionedImage {
  readonly path: string
  readonly split: TreeSplit
  readonly label: number
}

const words: Readonly<Record<ImageTrait, string>> = {
  grey: 'grey: repeated in three channels',
  palette: 'with a palette: read as colours',
  transparent: 'with transparency: laid onto white',
  cmyk: 'in CMYK: converted to sRGB',
  deep: 'of more than 8 bits a channel: rounded to 8',
  rotated: 'turned as their EXIF says',
  animated: 'animated: their first frame was taken',
  marred: 'with slight faults that cost no pixel',
}

/** Pairs of equal images that are named. */
const pairsNamed = 5

/** Counts what the images of an import are like, and finds equal ones. */
export class Census {
  readonly #traits = new Map<ImageTrait, number>()
  readonly #first = new Map<string, PositionedImage>()
  readonly #acrossSplits = { count: 0, named: [] as string[] }
  readonly #acrossClasses = { count: 0, named: [] as string[] }
  #smallest: ImportedImage['original'] | null = null
  #largest: ImportedImage['original'] | null = null
  #enlarged = 0

  add(image: PositionedImage, encoded: Buffer, imported: ImportedImage, side: number | 'keep'): void {
    const { original, traits } = imported
    for (const trait of traits) this.#traits.set(trait, (this.#traits.get(trait) ?? 0) + 1)
    this.addSize(imported)
    if (side !== 'keep' && Math.min(original.height, original.width) < side) this.#enlarged++
    this.#compare(image, encoded)
  }

  /** Counts the size alone. */
  addSize({ original }: ImportedImage): void {
    const pixels = original.height * original.width
    if (!this.#smallest || pixels < this.#smallest.height * this.#smallest.width) this.#smallest = original
    if (!this.#largest || pixels > this.#largest.height * this.#largest.width) this.#largest = original
  }

  /** Height and width of the images with the fewest and the most pixels; null before any image. */
  get sizes(): { smallest: [number, number]; largest: [number, number] } | null {
    if (!this.#smallest || !this.#largest) return null
    const pair = ({ height, width }: ImportedImage['original']): [number, number] => [height, width]
    return { smallest: pair(this.#smallest), largest: pair(this.#largest) }
  }

  /** Whole sentences for people. */
  get notes(): string[] {
    const notes = [...this.#traits].map(([trait, count]) => `${count} image${count === 1 ? '' : 's'} ${words[trait]}.`).sort()
    if (this.#enlarged > 0) notes.push(`${this.#enlarged} images are smaller than asked for and were enlarged.`)
    for (const [where, { count, named }] of [
      ['in training and in test or validation', this.#acrossSplits],
      ['in two classes', this.#acrossClasses],
    ] as const)
      if (count > 0)
        notes.push(`${count} image file${count === 1 ? ' is' : 's are'} the same ${where}: ${listed(named)}${more(count, named.length)}.`)
    return notes
  }

  #compare(image: PositionedImage, encoded: Buffer): void {
    const digest = createHash('sha1').update(encoded).digest('base64')
    const first = this.#first.get(digest)
    if (!first) {
      this.#first.set(digest, image)
      return
    }
    const pair = [first.path, image.path].sort().join(' = ')
    const counted = (found: { count: number; named: string[] }) => {
      found.count++
      if (found.named.length < pairsNamed) found.named.push(pair)
    }
    if (first.split !== image.split) counted(this.#acrossSplits)
    if (first.label !== image.label) counted(this.#acrossClasses)
  }
}

const more = (count: number, named: number) => (count > named ? ` and ${count - named} more` : '')
