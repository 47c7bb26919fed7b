import { open } from 'node:fs/promises'
import { SkiplabError } from '../../../common/failure.ts'
import { fileTrouble } from '../../../common/file-trouble.ts'

export type Packing = 'gzip' | 'xz' | 'zip' | 'none'

const blockBytes = 512
/** Formats that are not read, by their first bytes in hexadecimal. */
const unread: readonly (readonly [RegExp, string])[] = [
  [/^504b0[35]/, 'a zip archive'],
  [/^425a68/, 'a bzip2 archive'],
  [/^28b52ffd/, 'a zstd archive'],
  [/^377abcaf271c/, 'a 7z archive'],
  [/^526172211a07/, 'a rar archive'],
  [/^04224d18/, 'an lz4 archive'],
  [/^1f9d/, 'a .Z archive'],
  [/^3c(?:21|3f|68|48)/, 'a web page (the download was answered with one; fetch the archive again)'],
  [/^5d0000/, 'an .lzma archive'],
  [/^800[2-5]/, "a Python pickle, as in CIFAR's Python version (give the whole archive or its folder)"],
  [/^4d41544c4142/, "a MATLAB file, as in CIFAR-10's MATLAB version (take the binary version, cifar-10-binary.tar.gz)"],
]

/**
 * Tells by its first block how an archive is packed. @throws SkiplabError bad-input for a format that is not read, naming it
 */
export async function detectPacking(archive: string): Promise<Packing> {
  const head = await firstBlock(archive)
  if (head.length === 0)
    throw new SkiplabError(
      'bad-input',
      `${archive} is empty (0 bytes, so nothing at offset 0: expected a tar, tar.gz, tar.xz or zip archive). Download or copy it again.`,
    )
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head.subarray(0, 6).equals(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]))) return 'xz'
  if (/^504b(?:0304|0506|0708)/.test(head.toString('hex', 0, 4))) return 'zip'
  if (isTarBlock(head)) return 'none'
  const name = nameOf(head)
  const advice = name.endsWith(')')
    ? ''
    : name.startsWith('a file')
      ? ' If it is an archive of another kind, unpack it and give the folder.'
      : ' Unpack it and give the folder.'
  throw new SkiplabError('bad-input', `${archive}, offset 0: expected a tar, tar.gz, tar.xz or zip archive, got ${name}.${advice}`)
}

/** Tells whether a block is the header of a tar's entry, in any of its forms (v7, ustar, GNU, pax), or is the zeros of its end. */
export function isTarBlock(block: Buffer): boolean {
  if (block.length < blockBytes) return false
  const field = block.toString('latin1', 148, 156)
  let [sum, zero] = [8 * 32, true]
  for (let at = 0; at < blockBytes; at++) {
    if (at < 148 || at >= 156) sum += block[at]!
    if (block[at] !== 0) zero = false
  }
  return zero || Number.parseInt(field.replace(/[\0 ]+$/, '').trim(), 8) === sum
}

/** Names a format ("a zip archive"), or gives its first bytes. */
export function nameOf(head: Buffer): string {
  const bytes = head.toString('hex', 0, 6)
  return unread.find(([start]) => start.test(bytes))?.[1] ?? `a file that starts with the bytes ${bytes}`
}

async function firstBlock(archive: string): Promise<Buffer> {
  const file = await open(archive).catch((error: unknown) => {
    throw new SkiplabError('bad-input', `${archive} cannot be read: ${fileTrouble(error)}.`)
  })
  try {
    const head = Buffer.alloc(blockBytes)
    const { bytesRead } = await file.read(head, 0, blockBytes, 0)
    return head.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
