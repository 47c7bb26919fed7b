import { createHash } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { cacheRoot } from './cache.mjs'
import { withLock } from './lock.mjs'
import { inProject } from './project.mjs'

/** Runs `work` while nobody else changes this clone's node_modules, which other working trees may share by a link. */
export function withCloneLock(work) {
  const modules = inProject('node_modules')
  const name = createHash('sha256')
    .update(existsSync(modules) ? realpathSync(modules) : modules)
    .digest('hex')
    .slice(0, 16)
  return withLock(join(cacheRoot(), 'locks', name), work)
}
