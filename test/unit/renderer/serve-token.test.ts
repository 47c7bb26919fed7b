import { expect, it } from 'vitest'
import { splitToken } from '../../../src/renderer/src/connection/serve-token.ts'

const token = '0123456789abcdef'.repeat(4)

it.each([
  [`#token=${token}`, token, ''],
  [`http://127.0.0.1:7317/#token=${token}`, token, ''],
  [`#/runs/12?token=${token}`, token, '/runs/12'],
  [`#/runs?runs=1,2&token=${token}`, token, '/runs?runs=1,2'],
  [`#token=${token}&/runs/12`, token, '/runs/12'],
  [` ${token} `, token, ''],
  ['#/runs/12', null, '/runs/12'],
  ['#token=short', null, ''],
  ['skiplab serve', null, ''],
])('%s holds a token and a view', (text, found, view) => {
  expect(splitToken(text)).toEqual({ token: found, view })
})
