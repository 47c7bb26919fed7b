import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ensureNode, isNewEnough } from '../../../scripts/setup/node.mjs'
import { missingPackages } from '../../../scripts/setup/packages.mjs'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const lock = (packages: object): string => JSON.stringify({ packages: { '': { name: 'skiplab' }, ...packages } })
const version = '1.0.0'
const linux = { os: 'linux', cpu: 'x64', libc: 'glibc' }

describe('an npm installation made by hand', () => {
  const wanted = lock({ 'node_modules/a': { version: '1.2.0' } })

  it('an npm installation made by hand counts when every package has the locked version', () => {
    expect(missingPackages(wanted, lock({ 'node_modules/a': { version: '1.2.0' } }))).toEqual([])
  })

  it('an npm installation made by hand does not count when a package is missing or of another version, or nothing is installed', () => {
    expect(missingPackages(wanted, lock({}))).toEqual(['node_modules/a'])
    expect(missingPackages(wanted, lock({ 'node_modules/a': { version: '1.1.0' } }))).toEqual(['node_modules/a'])
    expect(missingPackages(wanted, null)).toEqual(['node_modules/a'])
  })

  it('an npm installation by hand lacks the optional packages that are for this machine, and no others', () => {
    const optional = { version, optional: true }
    const packages = lock({
      'node_modules/b-linux': { ...optional, os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
      'node_modules/b-musl': { ...optional, os: ['linux'], cpu: ['x64'], libc: ['musl'] },
      'node_modules/b-darwin': { ...optional, os: ['darwin'], cpu: ['arm64'] },
      'node_modules/b-wasm': optional,
    })
    expect(missingPackages(packages, lock({}), linux)).toEqual(['node_modules/b-linux'])
    expect(missingPackages(packages, lock({ 'node_modules/b-linux': { version } }), { os: 'darwin', cpu: 'arm64', libc: null })).toEqual([
      'node_modules/b-darwin',
    ])
  })
})

describe('the Node for the engine', () => {
  it.each([
    ['v20.20.2', false],
    ['v22.12.0', false],
    ['v22.18.0', true],
    ['v24.0.0', true],
  ])('Node %s is new enough for the engine: %s', (found, expected) => {
    expect(isNewEnough(found)).toBe(expected)
  })

  afterEach(() => vi.unstubAllEnvs())

  it.skipIf(process.platform === 'win32')('the Node for the engine that SKIPLAB_NODE names must be new enough as well', async () => {
    const path = join(await temporaryFolder(), 'node')
    writeFileSync(path, '#!/bin/sh\necho v20.20.2\n')
    chmodSync(path, 0o755)
    vi.stubEnv('SKIPLAB_NODE', path)
    await expect(ensureNode()).rejects.toThrow(/which says it is v20\.20\.2; Node 22\.18 or newer is needed/)
    vi.stubEnv('SKIPLAB_NODE', process.execPath)
    expect(await ensureNode()).toBe(process.execPath)
  })
})
