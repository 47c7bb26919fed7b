import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const packageSchema = z.looseObject({ name: z.literal('skiplab'), version: z.string() })

/** Reads the version in the nearest package.json of ours above the running program. */
export function programVersion(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    const found = existsSync(file) ? packageSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))) : null
    if (found?.success) return found.data.version
  }
  return 'unknown'
}
