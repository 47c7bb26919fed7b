import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { workspaceToOpen } from '../../../../src/main/app/arguments.ts'
import { workspaceFolder } from '../../../../src/main/cli/workspace.ts'
import { absolutePath, defaultWorkspace, homeFolder } from '../../../../src/main/workspace/home-folder.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const { HOME } = process.env
afterEach(() => {
  process.env.HOME = HOME
  delete process.env.SKIPLAB_WORKSPACE
})

describe('a path', () => {
  it.each([
    ['~', '/home/me'],
    ['~/lab', '/home/me/lab'],
    ['~/', '/home/me'],
    ['/lab', '/lab'],
    ['lab', '/base/lab'],
    ['a~/b', '/base/a~/b'],
    ['./~/b', '/base/~/b'],
    ['~$doc', '/base/~$doc'],
  ])('the path "%s" is %s where no shell replaced the ~', (path, expected) => {
    process.env.HOME = '/home/me'
    expect(absolutePath(path, '/base')).toBe(expected)
  })

  it('a path of another account is refused, unless a folder has that very name', async () => {
    const base = await temporaryFolder()
    expect(() => absolutePath('~root/x', base)).toThrow('"~root/x" starts with another account')
    mkdirSync(join(base, '~root'))
    expect(absolutePath('~root/x', base)).toBe(join(base, '~root/x'))
  })

  it('a path needs no working directory when it is absolute, and says so when it is not and there is none', async () => {
    const gone = await temporaryFolder()
    const url = JSON.stringify(pathToFileURL(resolve('src/main/workspace/home-folder.ts')).href)
    const program = `
      import { rmdirSync } from 'node:fs'
      const { absolutePath } = await import(${url})
      const gone = process.cwd()
      // Makes Node forget where it is.
      process.chdir('.')
      rmdirSync(gone)
      console.log(absolutePath('/lab'))
      try { absolutePath('lab') } catch (error) { console.log(error.code, error.message) }`
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: gone, encoding: 'utf8' })).toMatch(
      /^\/lab\nbad-input "lab" starts from the working directory, which is gone/,
    )
  })

  it('a path of bytes that are no UTF-8 is refused, instead of one with another name being made', () => {
    expect(() => absolutePath('caf\uFFFD/lab', '/base')).toThrow('The path "/base/caf\uFFFD/lab" is no UTF-8')
    expect(() => absolutePath('lab', '/caf\uFFFD')).toThrow('is no UTF-8')
  })
})

describe('the home folder', () => {
  it.each(['', 'relative/home'])('the home folder is the account’s own when HOME is "%s", never the current folder', (home) => {
    process.env.HOME = home
    expect(homeFolder()).toBe(userInfo().homedir)
    expect(defaultWorkspace()).toBe(join(userInfo().homedir, 'Skiplab'))
  })
})

describe('the workspace', () => {
  it('the workspace is below the home folder for "~/..." in the option, the variable, and in the app', () => {
    process.env.HOME = '/home/me'
    process.env.SKIPLAB_WORKSPACE = '~/variable'
    expect(workspaceFolder('~/option')).toBe('/home/me/option')
    expect(workspaceFolder(undefined)).toBe('/home/me/variable')
    expect(workspaceToOpen(['app', '--workspace=~/app'], {}, null, '/base')).toBe('/home/me/app')
    expect(workspaceToOpen(['app'], process.env, null, '/base')).toBe('/home/me/variable')
  })
})
