import { expect, it } from 'vitest'
import { hasCode, isDiskFull, messageOf } from '../../../src/common/caught.ts'

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

it('knows a full disk from files and from SQLite', () => {
  const coded = (code: string) => Object.assign(new Error('write'), { code })
  expect(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE'].map((code) => isDiskFull(coded(code)))).toEqual([true, true, true, true])
  expect(isDiskFull(coded('SQLITE_BUSY'))).toBe(false)
})
