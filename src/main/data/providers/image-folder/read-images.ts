import { SkiplabError } from '../../../../common/failure.ts'
import { importImage, type ImportedImage } from '../../decode/import-image.ts'
import { workOnFiles } from '../../input/in-parallel.ts'
import type { Input } from '../../input/input-files.ts'
import { ProblemList } from '../problem-list.ts'
import { Census, type PositionedImage } from './census.ts'
import type { Choice } from './choose.ts'

/** Where an image goes: its index in its split. */
export interface ImagePosition extends PositionedImage {
  readonly index: number
}

/**
 * The images of a choice by the file that holds them: one file may stand in several positions. Of each split in the order of labels and
 * paths.
 */
export function positionsOf({ splits }: Choice): ReadonlyMap<string, readonly ImagePosition[]> {
  const positions = new Map<string, ImagePosition[]>()
  for (const [split, byClass] of splits) {
    let index = 0
    byClass.forEach((images, label) => {
      for (const { path, source } of images) {
        const there = positions.get(source)
        const position = { path, split, label, index: index++ }
        if (there) there.push(position)
        else positions.set(source, [position])
      }
    })
  }
  return positions
}

export interface ReadImages {
  readonly input: Input
  readonly positions: ReadonlyMap<string, readonly ImagePosition[]>
  readonly side: number | 'keep'
  /** The size that all images must have, [height, width]; they are taken as they are then. */
  readonly mustBe: readonly [number, number] | null
  readonly signal: AbortSignal | undefined
  readonly onProgress: (done: number, total: number) => void
  /** What becomes of each image; none where they are only looked at. */
  readonly store: ((image: ImportedImage, position: ImagePosition) => Promise<void>) | null
}

/**
 * Decodes every image once. One that cannot be used is a problem, and the others are read all the same, so that all problems are known;
 * from the first problem on nothing is stored any more.
 */
export async function readImages(read: ReadImages): Promise<{ census: Census; problems: ProblemList }> {
  const { input, positions, side, mustBe, onProgress, store } = read
  const [census, problems] = [new Census(), new ProblemList()]
  const unread = new Set(positions.keys())
  const total = [...positions.values()].reduce((sum, there) => sum + there.length, 0)
  let [done, otherSizes] = [0, 0]
  const work = async (encoded: Buffer, there: readonly ImagePosition[], { path }: { path: string }) => {
    unread.delete(path)
    try {
      const image = await importImage(encoded, mustBe && side !== 'keep' ? 'as-is' : side)
      if (mustBe && (image.height !== mustBe[0] || image.width !== mustBe[1])) otherSizes += there.length
      for (const position of there) {
        census.add(position, encoded, image, side)
        if (store && problems.count === 0 && otherSizes === 0) await store(image, position)
      }
    } catch (error) {
      if (!(error instanceof SkiplabError)) throw error
      problems.add(`${there[0]!.path}: ${error.message}`)
    }
    done += there.length
    if (Math.floor(done / 200) !== Math.floor((done - there.length) / 200)) onProgress(done, total)
  }
  await workOnFiles(input, positions, work, read.signal)
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
