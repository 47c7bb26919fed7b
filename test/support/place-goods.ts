import { link, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { HashedFiles } from '../../src/main/places/goods/hashed-files.ts'
import { runtimeTree } from '../../src/main/places/goods/runtime-tree.ts'
import { nativeModulePath } from '../../src/main/worker/backend/tensorflow/graph/native-modules.ts'

/** Below it a file is sent as in real life. */
const largeBytes = 10_000_000

/** Hashes each file once for all places of a test. */
const hashed = new HashedFiles()

/**
 * Gives a place the large files of TensorFlow and Node, as an earlier version of the program would have sent them: links to this machine's
 * own. One test sends all 970 MB; the others need not wait for that.
 * @param folder of the place
 */
export async function giveRuntime(folder: string): Promise<void> {
  const store = join(folder, 'store')
  await mkdir(store, { recursive: true, mode: 0o700 })
  const { tree } = await runtimeTree(nativeModulePath('tfjs_binding'), hashed)
  for (const { file, sha256, bytes } of tree.files.values()) {
    if (bytes < largeBytes) continue
    // From another file system a name has to do.
    await link(file, join(store, sha256)).catch(() => symlink(file, join(store, sha256)))
  }
}
