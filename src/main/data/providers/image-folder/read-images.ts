import { SkiplabError } from '../../../../common/failure.ts'
import { importImage, type ImportedImage } from '../../decode/import-image.ts'
import { workOnFiles } from '../../input/in-parallel.ts'
import type { Input } from '../../input/input-files.ts'
import { ProblemList } from '../problem-list.ts'
import { Census, type PlacedImage } from './census.ts'
import type { Choice } from './choose.ts'

/** Where an image goes: its index in its split. */
export interface ImagePlace extends PlacedImage {
  readonly index: number
}

/**
 * The images of a choice by the file that holds them: one file may stand in several places. Of each split in the order of labels and
 * paths.
 */
export function placesOf({ splits }: Choice): ReadonlyMap<string, readonly ImagePlace[]> {
  const places = new Map<string, ImagePlace[]>()
  for (const [split, byClass] of splits) {
    let index = 0
    byClass.forEach((images, label) => {
      for (const { path, source } of images) {
        const there = places.get(source)
        const place = { path, split, label, index: index++ }
        if (there) there.push(place)
        else places.set(source, [place])
      }
    })
  }
  return places
}

export interface ReadImages {
  readonly input: Input
  readonly places: ReadonlyMap<string, readonly ImagePlace[]>
  readonly side: number | 'keep'
  /** The size that all images must have, [height, width]; they are taken as they are then. */
  readonly mustBe: readonly [number, number] | null
  readonly signal: AbortSignal | undefined
  readonly onProgress: (done: number, total: number) => void
  /** What becomes of each image; none where they are only looked at. */
  readonly store: ((image: ImportedImage, place: ImagePlace) => Promise<void>) | null
}

/**
 * Decodes every image once. One that cannot be used is a problem, and the others are read all the same, so that all problems are known;
 * from the first problem on nothing is stored any more.
 */
export async function readImages(read: ReadImages): Promise<{ census: Census; problems: ProblemList }> {
  const { input, places, side, mustBe, onProgress, store } = read
  const [census, problems] = [new Census(), new ProblemList()]
  const unread = new Set(places.keys())
  const total = [...places.values()].reduce((sum, there) => sum + there.length, 0)
  let [done, otherSizes] = [0, 0]
  const work = async (encoded: Buffer, there: readonly ImagePlace[], { path }: { path: string }) => {
    unread.delete(path)
    try {
      const image = await importImage(encoded, mustBe && side !== 'keep' ? 'as-is' : side)
      if (mustBe && (image.height !== mustBe[0] || image.width !== mustBe[1])) otherSizes += there.length
      for (const place of there) {
        census.add(place, encoded, image, side)
        if (store && problems.count === 0 && otherSizes === 0) await store(image, place)
      }
    } catch (error) {
      if (!(error instanceof SkiplabError)) throw error
      problems.add(`${there[0]!.path}: ${error.message}`)
    }
    done += there.length
    if (Math.floor(done / 200) !== Math.floor((done - there.length) / 200)) onProgress(done, total)
  }
  await workOnFiles(input, places, work, read.signal)
  for (const path of unread) problems.add(`${path} is no longer there`)
  onProgress(done, total)
  if (mustBe && otherSizes > 0) problems.add(differentSizes(otherSizes, mustBe, census))
  return { census, problems }
}

function differentSizes(count: number, [height, width]: readonly [number, number], { sizes }: Census): string {
  const range = sizes ? `, from ${sizes.smallest[1]}x${sizes.smallest[0]} to ${sizes.largest[1]}x${sizes.largest[0]}` : ''
  return (
    `the images have different sizes${range}; ${count} differ from the first, ${width}x${height}. Say what to make of ` +
    'them: a size such as 64, to which the shorter side is scaled and the middle cut out, or keep (--size)'
  )
}
