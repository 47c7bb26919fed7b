import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { Tree } from '../place.ts'
import { PlaceTrouble } from '../place-trouble.ts'
import type { HashedFiles } from './hashed-files.ts'

/** Where in the tree Node lies. */
export const nodePath = 'node/bin/node'

/**
 * Lists what a worker runs on: this Node, the TensorFlow binding and Skiplab's own operations, and TensorFlow's library. They are carried
 * to places of the same platform, where nothing is compiled or downloaded.
 * @param binding path of tfjs_binding.node
 * @returns the tree, and the binding's path in it
 * @throws PlaceTrouble where this machine's runtime was not made by set-up
 */
export async function runtimeTree(binding: string, hashed: HashedFiles): Promise<{ tree: Tree; binding: string }> {
  if (!existsSync(binding)) throw new PlaceTrouble('missing', 'TensorFlow is not set up on this machine: run "npx skiplab doctor".')
  const bindingFolder = dirname(realpathSync(binding))
  const libraries = libraryFolder(realpathSync(binding))
  if (libraries === null)
    throw new PlaceTrouble('missing', 'This machine’s TensorFlow cannot be carried to places: set it up anew with "npm run setup".')
  // Both keep their position to each other, by which the binding finds the library.
  const top = commonFolder(bindingFolder, libraries)
  const paths = new Map<string, string>([[nodePath, realpathSync(process.execPath)]])
  for (const folder of [bindingFolder, libraries])
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (/\.node$|\.so(?:\.\d+)*$|\.dylib$/.test(entry.name))
        paths.set(inTree(top, join(folder, entry.name)), realpathSync(join(folder, entry.name)))
  const files = new Map<string, Awaited<ReturnType<HashedFiles['blobOf']>> & { executable?: boolean }>()
  for (const [path, file] of [...paths].sort(([a], [b]) => (a < b ? -1 : 1)))
    files.set(path, { ...(await hashed.blobOf(file)), ...(path === nodePath && { executable: true }) })
  return { tree: { name: 'runtime', files }, binding: inTree(top, realpathSync(binding)) }
}

function inTree(top: string, file: string): string {
  return `cache/${relative(top, file).split(sep).join('/')}`
}

/** Finds by the search path in a binding where TensorFlow's library lies. */
function libraryFolder(binding: string): string | null {
  const searched = /(?:\$ORIGIN|@loader_path)\/([^\0:]+)/.exec(readFileSync(binding, 'latin1'))?.[1]
  const folder = searched === undefined ? null : resolve(dirname(binding), searched)
  return folder !== null && existsSync(folder) ? folder : null
}

function commonFolder(a: string, b: string): string {
  return `${b}${sep}`.startsWith(`${a}${sep}`) ? a : commonFolder(dirname(a), b)
}
