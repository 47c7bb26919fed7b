import type { Input } from '../../input/input-files.ts'
import { imageFormatOf } from '../../decode/image-format.ts'
import { isImageName, isLitter } from '../../input/litter.ts'
import type { ImageFile } from '../selection/class-images.ts'
import { resolveLinks, type Link } from './links.ts'

/** What a look through an input has found, names only. */
export interface Listing {
  readonly images: readonly ImageFile[]
  /** Every folder that is no litter. */
  readonly folders: readonly string[]
  /** Files that are no images, litter left out. */
  readonly others: readonly string[]
  /** Links and devices that cannot be followed, and why. */
  readonly unfollowed: readonly { readonly path: string; readonly why: string }[]
  /** Images whose names do not end as an image's. */
  readonly oddNames: number
}

/** A file of another name is looked into, in case it is an image, up to this size. */
const sniffedBytes = 64 * 2 ** 20

/** Looks through a folder or an archive. What is an image is told by its name, or else by its first bytes. */
export async function listImages(input: Input, onCount: (files: number) => void, signal?: AbortSignal): Promise<Listing> {
  const files: string[] = []
  const folders: string[] = []
  const others: string[] = []
  const links: Link[] = []
  let oddNames = 0
  let count = 0
  for await (const { path, size, otherwise, target, content } of input.entries(signal)) {
    if (++count % 2000 === 0) onCount(count)
    if (isLitter(path)) continue
    if (otherwise === 'a folder') folders.push(path)
    else if (otherwise !== null) links.push({ path, otherwise, target })
    else if (isImageName(path)) files.push(path)
    // What lies in no folder belongs to no class.
    else if (size > 0 && size <= sniffedBytes && path.includes('/') && imageFormatOf(await content()) !== null) {
      oddNames++
      files.push(path)
    } else others.push(path)
  }
  const { aliases, unfollowed } = resolveLinks(links, files)
  const images = [...files.map((path) => ({ path, source: path })), ...aliases]
  return { images, folders: withParents(folders, images), others, unfollowed, oddNames }
}

/** Archives need not name the folders of their files. */
function withParents(folders: readonly string[], images: readonly ImageFile[]): string[] {
  const all = new Set(folders)
  for (const { path } of images) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end)
      if (all.has(folder)) break
      all.add(folder)
    }
  }
  return [...all]
}
