import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { DatasetManifest } from '../../../../common/data/dataset.ts'
import { filesOf, verifySplit } from '../../../data/stored/dataset-folder.ts'
import { replaceFile } from './stored-moments.ts'

/** By split: its checksum, and when each of its files was last changed at the time at which its bytes were checked. */
const verifiedSchema = z.record(z.string(), z.object({ checksum: z.string(), modifiedMs: z.array(z.number()) }))
const verifiedFile = 'verified.json'

/**
 * Checks that splits' bytes are those of their checksums: all bytes before the first run, and again when a file was written to since. A
 * data set larger than memory takes minutes to read, which not every run can spend.
 * @throws SkiplabError bad-input naming file and offset
 */
export async function verifyOnce(folder: string, manifest: DatasetManifest, splits: readonly string[]): Promise<void> {
  const text = await readFile(join(folder, verifiedFile), 'utf8').catch(() => '{}')
  const known = verifiedSchema.safeParse(parsed(text)).data ?? {}
  const verified: z.infer<typeof verifiedSchema> = { ...known }
  for (const name of splits) {
    const files = filesOf(manifest, name).map(({ file }) => join(folder, file))
    const modifiedMs = await Promise.all(files.map(async (path) => (await stat(path)).mtimeMs))
    const { checksum } = manifest.splits[name]!
    if (known[name]?.checksum === checksum && known[name].modifiedMs.join() === modifiedMs.join()) continue
    await verifySplit(folder, manifest, name)
    verified[name] = { checksum, modifiedMs }
  }
  if (JSON.stringify(verified) !== JSON.stringify(known)) await replaceFile(join(folder, verifiedFile), JSON.stringify(verified))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
