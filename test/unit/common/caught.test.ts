import { expect, it } from 'vitest'
import { hasCode, isDiskFull, mayBeWrittenLater, messageOf } from '../../../src/common/caught.ts'

it('tells in words whatever was thrown', () => {
  expect(messageOf(new TypeError('no such layer'))).toBe('no such layer')
  expect(messageOf('no such layer')).toBe('no such layer')
  expect(messageOf(undefined)).toBe('undefined')
})

it('knows errors by their codes', () => {
  const missing = Object.assign(new Error('open'), { code: 'ENOENT' })
  expect(hasCode(missing, 'EPERM', 'ENOENT')).toBe(true)
  expect(hasCode(missing, 'EPERM')).toBe(false)
  expect(hasCode(new Error('ENOENT'), 'ENOENT')).toBe(false)
  expect(hasCode({ code: 'ENOENT' }, 'ENOENT'), 'no error').toBe(false)
})

it('tells what a database met from what was wrong with the write', () => {
  const coded = (code: string) => Object.assign(new Error('write'), { code })
  const passing = [
    'SQLITE_FULL',
    'SQLITE_BUSY',
    'SQLITE_BUSY_SNAPSHOT',
    'SQLITE_IOERR_FSYNC',
    'SQLITE_READONLY_DBMOVED',
    'SQLITE_CORRUPT',
    'ENOSPC',
  ]
  expect(passing.filter((code) => !mayBeWrittenLater(coded(code)))).toEqual([])
  const lasting = [
    coded('SQLITE_CONSTRAINT_FOREIGNKEY'),
    coded('SQLITE_MISMATCH'),
    coded('SQLITE_ERROR'),
    new TypeError('no such layer'),
    'SQLITE_BUSY',
  ]
  expect(lasting.filter(mayBeWrittenLater)).toEqual([])
})

it('knows a full disk from files and from SQLite', () => {
  const coded = (code: string) => Object.assign(new Error('write'), { code })
  expect(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE'].map((code) => isDiskFull(coded(code)))).toEqual([true, true, true, true])
  expect(isDiskFull(coded('SQLITE_BUSY'))).toBe(false)
})
