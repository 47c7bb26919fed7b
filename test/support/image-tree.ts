import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import type { ImportOptions } from '../../src/common/data/import-options.ts'
import { addDataset } from '../../src/main/data/add-dataset.ts'
import { readSplit } from '../../src/main/data/stored/dataset-folder.ts'
import { colorAt, type Files, type TarEntry } from './cifar-fixtures.ts'

/** One image of one colour, which its path decides. */
export function photo(path: string, width = 24, height = 16): Sharp {
  const [r, g, b] = colorAt(path)
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
}

/** PNGs at the paths, each of a colour of its own. */
export async function photos(paths: readonly string[], width?: number, height?: number): Promise<Files> {
  const files: Files = new Map()
  for (const path of paths) files.set(path, await photo(path, width, height).png().toBuffer())
  return files
}

/** `train/cat/1.png` and so on: as many as asked of each class and split. */
export function treePaths(classes: readonly string[], counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([split, count]) =>
    classes.flatMap((name) => Array.from({ length: count }, (_, index) => `${split}/${name}/${index}.png`)),
  )
}

/** A zip by Python; a symbolic link where an entry says so. */
export function zipOf(entries: Files | readonly TarEntry[]): Buffer {
  const list = entries instanceof Map ? [...entries].map(([name, content]): TarEntry => ({ name, content })) : entries
  const said = list.map(({ name, content, type, linkname }) => ({
    name,
    link: type === 'symlink',
    content: (type === 'symlink' ? Buffer.from(linkname ?? '') : (content ?? Buffer.alloc(0))).toString('base64'),
  }))
  const program = `
import base64, io, json, sys, zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
    for e in json.load(sys.stdin):
        info = zipfile.ZipInfo(e['name'])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = 3
        info.external_attr = (0o120777 if e['link'] else 0o100644) << 16
        z.writestr(info, base64.b64decode(e['content']))
sys.stdout.buffer.write(out.getvalue())`
  return execFileSync('python3', ['-c', program], { input: JSON.stringify(said), maxBuffer: 2 ** 28 })
}

/** Imports under the name `own` into `root/datasets`. */
export function addImages(from: string, root: string, importOptions: ImportOptions = {}) {
  return addDataset('own', from, join(root, 'datasets'), { importOptions })
}

/** First pixel of every image of a split, and the labels. */
export async function pixelsOf(root: string, manifest: Awaited<ReturnType<typeof addImages>>, split: string) {
  const { images, labels } = await readSplit(join(root, 'datasets', manifest.name), manifest, split, { verifyChecksum: true })
  const bytes = images.length / labels.length
  return { labels: [...labels], pixels: [...labels].map((_, index) => [...images.subarray(index * bytes, index * bytes + 3)]) }
}
