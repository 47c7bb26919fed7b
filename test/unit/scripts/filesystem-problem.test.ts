import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { asProblem } from '../../../scripts/setup/filesystem-problem.mjs'
import { SetupProblem } from '../../../scripts/setup/problem.mjs'
import { temporaryFolder } from '../../support/temporary-folder.ts'

afterEach(() => vi.unstubAllEnvs())

function errorOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('It did not fail.')
}

describe('an error of the file system', () => {
  it('an error of the file system names the path and SKIPLAB_CACHE when the cache cannot be written', async () => {
    const file = join(await temporaryFolder(), 'file')
    writeFileSync(file, '')
    vi.stubEnv('SKIPLAB_CACHE', join(file, 'cache'))
    const problem: unknown = asProblem(errorOf(() => mkdirSync(join(file, 'cache', 'locks'), { recursive: true })))
    expect(problem).toBeInstanceOf(SetupProblem)
    expect(String(problem)).toContain(file)
    expect(String(problem)).toContain('name another in SKIPLAB_CACHE')
  })

  it('an error of the file system speaks of no other folder where the path is not in the cache', async () => {
    const file = join(await temporaryFolder(), 'file')
    writeFileSync(file, '')
    expect(String(asProblem(errorOf(() => writeFileSync(join(file, 'out'), ''))))).not.toContain('SKIPLAB_CACHE')
  })

  it.skipIf(!existsSync('/dev/full'))('an error of the file system says that the disk is full', () => {
    expect(String(asProblem(errorOf(() => writeFileSync('/dev/full', 'x'))))).toMatch(/the disk is full.*\n.*free some space/)
  })

  it.skipIf(process.platform === 'win32')('an error of the file system names a program that cannot be run', async () => {
    const file = join(await temporaryFolder(), 'program')
    writeFileSync(file, '')
    const [error] = (await once(spawn(file), 'error')) as unknown[]
    expect(String(asProblem(error))).toContain(`${file} cannot be run: permission is denied`)
  })

  it('an error of the file system stays as it is when it is a fault of the program', () => {
    const error = new TypeError('undefined is not a function')
    expect(asProblem(error)).toBe(error)
  })
})
