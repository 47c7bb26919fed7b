import { open, stat } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { messageOf } from '../../../common/caught.ts'
import { SkiplabError } from '../../../common/failure.ts'

/** What to do about a file that is not as it was written. */
export const addAgain = 'Remove the data set and add it again.'

/** @throws SkiplabError bad-input when the file is missing, no file, or of another length */
export async function expectSize(path: string, expected: number): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw new SkiplabError('bad-input', `${path} is missing: ${messageOf(error)}. ${addAgain}`)
  })
  if (!found.isFile() || found.size !== expected) {
    throw new SkiplabError('bad-input', `${path}: expected ${expected} bytes, found ${found.size}. ${addAgain}`)
  }
}

/**
 * Reads a whole file, of 2 GiB and more too.
 * @throws SkiplabError bad-input when its length differs; unavailable when it is larger than this machine's memory
 */
export async function readExactly(path: string, expected: number): Promise<Uint8Array> {
  await expectSize(path, expected)
  const memory = totalmem()
  if (expected > memory) {
    throw new SkiplabError(
      'unavailable',
      `${path}: ${expected} bytes are more than this machine's memory of ${memory} bytes; a split is read whole.`,
    )
  }
  const bytes = new Uint8Array(expected)
  const file = await open(path, 'r')
  try {
    for (let done = 0; done < expected;) {
      const { bytesRead } = await file.read(bytes, done, Math.min(expected - done, 2 ** 28), done)
      if (bytesRead === 0)
        throw new SkiplabError('bad-input', `${path}: expected ${expected} bytes, but it ends at offset ${done}. ${addAgain}`)
      done += bytesRead
    }
  } finally {
    await file.close()
  }
  return bytes
}
