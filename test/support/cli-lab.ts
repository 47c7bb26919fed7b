import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { Skiplab } from './skiplab-process.ts'

/** The command line on a workspace of its own, in a folder for further files; its engine ends and all of it goes with the test file. */
export function cliLab(): { readonly folder: string; readonly skiplab: Skiplab } {
  const folder = mkdtempSync(join(tmpdir(), 'skiplab-cli-'))
  const skiplab = new Skiplab(join(folder, 'lab'))
  afterAll(async () => {
    await skiplab.run('engine', 'stop', '--now')
    rmSync(folder, { recursive: true, force: true })
  })
  return { folder, skiplab }
}
