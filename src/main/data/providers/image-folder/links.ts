import type { ImageFile } from '../selection/class-images.ts'

export interface Link {
  readonly path: string
  /** "a symbolic link", "a device". */
  readonly otherwise: string
  /** Path in the input that it stands for; null where it lies outside. */
  readonly target: string | null
}

/** Links that lead to links are followed so often. */
const longestChain = 40

/**
 * Follows links inside of an input: to a file, or to a folder, of which each file then has a second path. Nothing outside is looked at.
 * @param files every path that may be an image
 */
export function resolveLinks(
  links: readonly Link[],
  files: readonly string[],
): { aliases: ImageFile[]; unfollowed: { path: string; why: string }[] } {
  const aliases: ImageFile[] = []
  const unfollowed: { path: string; why: string }[] = []
  if (links.length === 0) return { aliases, unfollowed }
  const isFile = new Set(files)
  const targets = new Map(links.map(({ path, target }) => [path, target]))
  for (const { path, otherwise, target } of links) {
    const end = target === null ? null : endOf(target, targets)
    const refuse = (why: string) => unfollowed.push({ path, why: `${otherwise}${why}` })
    if (!/ link$/.test(otherwise)) refuse('')
    else if (end === null) refuse(' that leads outside or nowhere')
    else if (end === '' || end === path || path.startsWith(`${end}/`)) refuse(' that leads back to itself')
    else if (isFile.has(end)) aliases.push({ path, source: end })
    else {
      const below = files.filter((file) => file.startsWith(`${end}/`))
      for (const file of below) aliases.push({ path: path + file.slice(end.length), source: file })
      if (below.length === 0) refuse(' to no image')
    }
  }
  return { aliases, unfollowed }
}

/** Where a path leads when every link in it is followed; null when that is outside, or never ends. */
function endOf(start: string, targets: ReadonlyMap<string, string | null>): string | null {
  let path = start
  for (let step = 0; step < longestChain; step++) {
    const link = prefixes(path).find((prefix) => targets.has(prefix))
    if (link === undefined) return path
    const target = targets.get(link)!
    if (target === null) return null
    path = [target, path.slice(link.length + 1)].filter(Boolean).join('/')
  }
  return null
}

/** `a`, `a/b`, `a/b/c`. */
function prefixes(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}
