import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SkiplabError } from '../../../common/failure.ts'
import type { InputFile, InputLimits } from './input-files.ts'

/** The regular files under a folder, sorted by path. Links are refused, as in an archive: they may lead anywhere. */
export async function* folderFiles(root: string, limits: InputLimits, signal?: AbortSignal): AsyncGenerator<InputFile> {
  let entries = 0
  let totalBytes = 0
  yield* walk('')

  async function* walk(folder: string): AsyncGenerator<InputFile> {
    const children = await readdir(join(root, folder), { withFileTypes: true })
    children.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const child of children) {
      signal?.throwIfAborted()
      const path = folder ? `${folder}/${child.name}` : child.name
      if (++entries > limits.entries) throw new SkiplabError('bad-input', `${root} holds more than ${limits.entries} files.`)
      if (child.isDirectory()) {
        yield* walk(path)
        continue
      }
      if (!child.isFile()) throw new SkiplabError('bad-input', `${join(root, path)} is a link or a device; expected files and folders only.`)
      const { size } = await stat(join(root, path))
      totalBytes += size
      if (size > limits.fileBytes) throw new SkiplabError('bad-input', `${join(root, path)} has ${size} bytes; at most ${limits.fileBytes} are read.`)
      if (totalBytes > limits.totalBytes) throw new SkiplabError('bad-input', `${root} holds more than ${limits.totalBytes} bytes.`)
      yield { path, size, content: () => readFile(join(root, path)) }
    }
  }
}
