import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Context } from '../../../../src/main/cli/command.ts'
import { createOutput } from '../../../../src/main/cli/output.ts'
import { exportPath, writeNewFile, writeOutput, writeWholeFile } from '../../../../src/main/cli/write-file.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

let folder = ''
beforeEach(async () => {
  folder = realpathSync(await temporaryFolder())
})
const at = (name: string) => join(folder, name)
const bits = (file: string) => (statSync(file).mode & 0o7777).toString(8)
const onRoot = process.getuid?.() === 0

describe('a file that is there', () => {
  it('a file that is there keeps its mode', () => {
    writeFileSync(at('a'), 'old')
    chmodSync(at('a'), 0o640)
    expect(writeWholeFile(at('a'), 'new')).toBe(at('a'))
    expect([readFileSync(at('a'), 'utf8'), bits(at('a'))]).toEqual(['new', '640'])
  })

  it.runIf(onRoot)('a file that is there keeps its owner, as far as we may give it away', () => {
    writeFileSync(at('a'), 'old')
    chownSync(at('a'), 1234, 5678)
    writeWholeFile(at('a'), 'new')
    expect(statSync(at('a'))).toMatchObject({ uid: 1234, gid: 5678 })
  })

  it('a file that is there keeps its other names', () => {
    writeFileSync(at('a'), 'old')
    linkSync(at('a'), at('b'))
    writeWholeFile(at('a'), 'new')
    expect(readFileSync(at('b'), 'utf8')).toBe('new')
  })

  it('a file that is there is left alone when it is read-only, for root too', () => {
    writeFileSync(at('a'), 'old')
    chmodSync(at('a'), 0o444)
    expect(() => writeWholeFile(at('a'), 'new')).toThrow(/a cannot be written: it is read-only/)
    expect([readFileSync(at('a'), 'utf8'), readdirSync(folder)]).toEqual(['old', ['a']])
  })

  it('a file that is there may have a name as long as file systems allow', () => {
    for (const name of ['x'.repeat(250), 'é'.repeat(127)]) {
      writeWholeFile(at(name), 'one')
      writeWholeFile(at(name), 'two')
      expect(readFileSync(at(name), 'utf8')).toBe('two')
    }
    expect(() => writeWholeFile(at('x'.repeat(256)), '')).toThrow('its name is too long')
  })
})

describe('a link', () => {
  it.each(['target', 'sub/target'])('a link stays a link, and what it leads to is written: %s', (target) => {
    mkdirSync(at('sub'))
    writeFileSync(at(target), 'old')
    symlinkSync(target, at('link'))
    symlinkSync('link', at('second'))
    expect(writeWholeFile(at('second'), 'new')).toBe(at('second'))
    expect([lstatSync(at('link')).isSymbolicLink(), lstatSync(at('second')).isSymbolicLink(), readFileSync(at(target), 'utf8')]).toEqual([
      true,
      true,
      'new',
    ])
  })

  it('a link to nothing yet makes the file it names', () => {
    symlinkSync('later/file', at('link'))
    writeWholeFile(at('link'), 'new')
    expect(readFileSync(at('later/file'), 'utf8')).toBe('new')
  })

  it('a link that leads in a circle is refused', () => {
    symlinkSync('b', at('a'))
    symlinkSync('a', at('b'))
    expect(() => writeWholeFile(at('a'), '')).toThrow('its links lead in a circle')
  })
})

describe('what is no file', () => {
  it('an output that is no file is written to: the null device stays a device', () => {
    writeWholeFile('/dev/null', 'gone')
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  it('an output that is no file is written to: a pipe hands everything to its reader and stays a pipe', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const reader = spawn('cat', [at('pipe')], { stdio: ['ignore', 'pipe', 'inherit'] })
    // More than a pipe holds.
    const content = 'x'.repeat(100_000)
    const read = text(reader.stdout)
    writeWholeFile(at('pipe'), content)
    expect([(await read) === content, statSync(at('pipe')).isFIFO()]).toEqual([true, true])
  })

  it.runIf(process.platform === 'linux')('an open file is written to by its number, though its name is gone', () => {
    const number = openSync(at('a'), 'w+')
    unlinkSync(at('a'))
    writeWholeFile(`/dev/fd/${number}`, 'new')
    const read = Buffer.alloc(10)
    expect([readSync(number, read, 0, 10, 0), read.toString('utf8', 0, 3), readdirSync(folder)]).toEqual([3, 'new', []])
    closeSync(number)
  })

  it.runIf(process.platform === 'linux')('an output that is no file tells when a device takes no more', () => {
    expect(() => writeWholeFile('/dev/full', 'x')).toThrow('/dev/full cannot be written: the disk is full (ENOSPC).')
  })
})

describe('a place that cannot be written', () => {
  it('a place that cannot be written says why, and leaves nothing behind', () => {
    writeFileSync(at('file'), 'x')
    const cases: [string, string][] = [
      [at('file/below'), 'a part of the path is a file'],
      [`${at('new')}/`, 'it names a folder'],
      [folder, 'it is a folder'],
      ['', 'Expected a file to write'],
      [at(`made/${'y'.repeat(256)}/z`), 'its name is too long'],
    ]
    for (const [path, why] of cases) expect(() => writeWholeFile(path, 'x'), path).toThrow(why)
    expect(readdirSync(folder)).toEqual(['file'])
  })

  it.runIf(process.platform === 'linux')('a place that cannot be written is told at once below /proc, where folders cannot be made', () => {
    expect(() => writeWholeFile('/proc/none/x.svg', 'x')).toThrow('/proc/none/x.svg cannot be written')
  })
})

describe('an export without a name', () => {
  it('an export without a name never takes the place of another, even in the same second', () => {
    const context: Context = { workspace: folder, defaultWorkspace: false, output: createOutput(false) }
    const now = new Date('2026-01-31T18:00:00Z')
    const files = ['one', 'two', 'three'].map((content) =>
      writeOutput(context, undefined, () => exportPath(context, 'curves', 'svg', now), content),
    )
    expect(files.map((file) => file?.slice(folder.length))).toEqual(
      ['', '-2', '-3'].map((more) => `/exports/curves-2026-01-31-180000${more}.svg`),
    )
    expect(files.map((file) => readFileSync(file!, 'utf8'))).toEqual(['one', 'two', 'three'])
  })

  it('an export without a name goes beside a link to nothing of that name', () => {
    symlinkSync('nowhere', at('a.svg'))
    expect(writeNewFile(at('a.svg'), 'x')).toBe(at('a-2.svg'))
  })
})
