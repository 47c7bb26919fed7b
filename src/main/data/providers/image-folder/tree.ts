import { listed, type ProblemList } from '../problem-list.ts'
import type { ClassImages, ImageFile, TreeSplit } from '../selection/class-images.ts'
import type { Listing } from './listing.ts'

/** What the names say: images by split and class, or only by class. `root` is the folder above, ending in `/` unless it is the top. */
export interface ImageTree {
  readonly root: string
  readonly splits: ReadonlyMap<TreeSplit, ClassImages> | null
  /** Where the images are in no splits. */
  readonly undivided: ClassImages | null
  /** Names of the splits' folders as they are: `val`, `Training`. */
  readonly folderNames: ReadonlyMap<TreeSplit, string>
}

const splitFolders: Readonly<Record<string, TreeSplit>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  test: 'test',
  testing: 'test',
}
const splitOfFolder = (name: string): TreeSplit | undefined => {
  const lower = name.toLowerCase()
  return Object.hasOwn(splitFolders, lower) ? splitFolders[lower] : undefined
}

/**
 * Finds the folders of splits and classes: `train/<class>/` beside `val/<class>/` or `test/<class>/`, below any folders; or else folders of
 * classes side by side. Images below a class's folder, however deep, are of this class.
 * @returns null when there is neither, with the reason among the problems
 */
export function findTree(listing: Listing, problems: ProblemList): ImageTree | null {
  const roots = new Set<string>()
  for (const { path } of listing.images) {
    const parts = path.split('/')
    const at = parts.slice(0, -2).findIndex((part) => splitOfFolder(part) !== undefined)
    if (at >= 0)
      roots.add(
        parts
          .slice(0, at)
          .map((part) => `${part}/`)
          .join(''),
      )
  }
  if (roots.size > 1) {
    const shown = listed([...roots].sort().map((root) => root || 'the top'))
    problems.add(`folders train, val or test lie in more than one folder (${shown}): give the path of the one to take`)
    return null
  }
  const [root] = roots
  const tree = root === undefined ? classesSideBySide(listing, problems) : splitTree(listing, root, problems)
  if (tree) reportUnfollowed(listing, tree, problems)
  return tree
}

function splitTree(listing: Listing, root: string, problems: ProblemList): ImageTree {
  const splits = new Map<TreeSplit, ClassImages>()
  const folderNames = new Map<TreeSplit, string>()
  const strays = new Map<string, string[]>()
  const classesOf = (folder: string): ClassImages | null => {
    const split = splitOfFolder(folder)
    if (split === undefined) return null
    const name = folderNames.get(split) ?? folder
    if (name !== folder) problems.add(`${root}${name}/ and ${root}${folder}/ name the same split: keep one`)
    folderNames.set(split, name)
    if (!splits.has(split)) splits.set(split, new Map())
    return splits.get(split)!
  }
  for (const folder of listing.folders) {
    if (!folder.startsWith(root)) continue
    const parts = folder.slice(root.length).split('/')
    const classes = parts.length === 2 ? classesOf(parts[0]!) : null
    if (classes) imagesOf(classes, parts[1]!)
  }
  for (const image of listing.images) {
    if (!image.path.startsWith(root)) continue
    const [folder, className, ...rest] = image.path.slice(root.length).split('/')
    const classes = classesOf(folder!)
    if (!classes) continue
    if (rest.length > 0) imagesOf(classes, className!).push(image)
    else strays.set(folder!, [...(strays.get(folder!) ?? []), image.path])
  }
  for (const [folder, paths] of strays) reportStrays(`${root}${folder}/`, paths, problems)
  const train = splits.get('train')
  if (splits.size === 1 && train) return { root: `${root}${folderNames.get('train')!}/`, splits: null, undivided: train, folderNames }
  return { root, splits, undivided: null, folderNames }
}

function classesSideBySide(listing: Listing, problems: ProblemList): ImageTree | null {
  if (listing.images.length === 0) {
    const links = listing.unfollowed.map(({ path, why }) => `${path}, ${why}`)
    const got = [...new Set(listing.others.map((path) => path.split('/')[0]!)), ...links]
    problems.add(`expected images in train/<class>/ and val/<class>/ or test/<class>/, or in <class>/; got ${listed(got) || 'nothing'}`)
    return null
  }
  const root = commonFolder(listing.images.map(({ path }) => path))
  const undivided: ClassImages = new Map()
  const strays: string[] = []
  for (const folder of listing.folders) {
    const name = folder.startsWith(root) ? folder.slice(root.length) : ''
    if (name !== '' && !name.includes('/')) imagesOf(undivided, name)
  }
  for (const image of listing.images) {
    const [className, ...rest] = image.path.slice(root.length).split('/')
    if (rest.length > 0) imagesOf(undivided, className!).push(image)
    else strays.push(image.path)
  }
  if (undivided.size === 0) {
    problems.add(`all ${strays.length} images lie in one folder (${root || 'the top'}): expected a folder for each of at least two classes`)
    return null
  }
  reportStrays(root, strays, problems)
  return { root, splits: null, undivided, folderNames: new Map() }
}

/** Composed letters (macOS takes them apart) name the same class. */
function imagesOf(classes: ClassImages, folder: string): ImageFile[] {
  const name = folder.normalize('NFC')
  const images = classes.get(name) ?? []
  classes.set(name, images)
  return images
}

/** The longest folder in which all the paths lie; `''` or ending in `/`. */
function commonFolder(paths: readonly string[]): string {
  let common = paths[0]!.slice(0, paths[0]!.lastIndexOf('/') + 1)
  for (const path of paths) while (!path.startsWith(common)) common = common.slice(0, common.lastIndexOf('/', common.length - 2) + 1)
  return common
}

function reportStrays(folder: string, paths: readonly string[], problems: ProblemList): void {
  if (paths.length > 3)
    problems.add(`${folder || 'the top'} holds ${paths.length} images that lie in no class's folder, such as ${paths[0]}`)
  else for (const path of paths) problems.add(`${path} lies in no class's folder`)
}

/** What stands in the place of an image, a class or a split must not be passed over in silence. */
function reportUnfollowed({ unfollowed }: Listing, { root, splits }: ImageTree, problems: ProblemList): void {
  const advice = 'put what it stands for in its place (cp -RL, tar --dereference --hard-dereference)'
  for (const { path, why } of unfollowed) {
    if (!path.startsWith(root)) continue
    if (splits && splitOfFolder(path.slice(root.length).split('/')[0]!) === undefined) continue
    problems.add(`${path} is ${why}, which is not followed: ${advice}`)
  }
}
