import { existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bindingFolder } from '../../../scripts/setup/binding.mjs'
import { noteUse } from '../../../scripts/setup/cache.mjs'
import { hasWheel } from '../../../scripts/setup/libtensorflow.mjs'
import { pruneCache } from '../../../scripts/setup/prune.mjs'
import { temporaryFolder } from '../../support/temporary-folder.ts'

afterEach(() => vi.unstubAllEnvs())

const dayMs = 86_400_000

/** A cache with folders that were last used so many days ago. */
async function cacheWith(folders: Record<string, number>): Promise<(name: string) => string> {
  const root = await temporaryFolder()
  vi.stubEnv('SKIPLAB_CACHE', root)
  for (const [name, days] of Object.entries(folders)) {
    const then = new Date(Date.now() - days * dayMs)
    mkdirSync(join(root, name), { recursive: true })
    for (const file of ['complete.json', 'module.node']) {
      writeFileSync(join(root, name, file), '{}')
      utimesSync(join(root, name, file), then, then)
    }
    utimesSync(join(root, name), then, then)
  }
  return (name) => join(root, name)
}

describe('pruning the cache', () => {
  it('pruning the cache removes bindings and libraries that nobody has used for a month, and nothing else', async () => {
    const at = await cacheWith({ 'binding/old': 31, 'binding/recent': 29, 'libtensorflow/old': 31, 'node/old': 400 })
    pruneCache()
    expect([readdirSync(at('binding')), readdirSync(at('libtensorflow')), readdirSync(at('node'))]).toEqual([['recent'], [], ['old']])
  })

  it('pruning the cache leaves what another clone has noted to use, or has only read', async () => {
    const at = await cacheWith({ 'binding/noted': 31, 'binding/read': 31 })
    noteUse(at('binding/noted'))
    utimesSync(at('binding/read/module.node'), new Date(), new Date(Date.now() - 31 * dayMs))
    pruneCache()
    expect(readdirSync(at('binding'))).toEqual(['noted', 'read'])
    expect(readFileSync(at('binding/noted/complete.json'), 'utf8')).toBe('{}')
  })

  it.skipIf(!hasWheel())("pruning the cache keeps this clone's own, however old", async () => {
    const own = bindingFolder('cpu').split(/[\\/]/).at(-1)!
    const at = await cacheWith({ [`binding/${own}`]: 400 })
    pruneCache()
    expect(existsSync(at(`binding/${own}`))).toBe(true)
  })
})
