import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '../../../common/caught.ts'

/**
 * `datasets/.incoming-<pid>-<random>`: where a data set grows before one rename makes it visible. The process id tells a
 * living import from the leftover of a killed one.
 */
const prefix = '.incoming-'
const mine = new Set<string>()

/** Runs `work` with a fresh incoming folder, which is gone afterwards whatever happened, unless `work` renamed it away. */
export async function withIncomingFolder<T>(datasetsFolder: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(datasetsFolder, { recursive: true })
  await sweepLeftovers(datasetsFolder)
  const name = `${prefix}${process.pid}-${randomBytes(6).toString('hex')}`
  mine.add(name)
  const folder = join(datasetsFolder, name)
  try {
    await mkdir(folder)
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
    mine.delete(name)
  }
}

/** Removes incoming folders whose process is no more. */
async function sweepLeftovers(datasetsFolder: string): Promise<void> {
  for (const name of await readdir(datasetsFolder)) {
    if (!name.startsWith(prefix) || mine.has(name)) continue
    const pid = Number(name.slice(prefix.length).split('-')[0])
    if (Number.isInteger(pid) && pid > 0 && pid !== process.pid && isAlive(pid)) continue
    await rm(join(datasetsFolder, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return hasCode(error, 'EPERM')
  }
}
