import { spawn } from 'node:child_process'
import { expect, it } from 'vitest'
import { awaitProcessEnd } from '../../../../src/main/client/process-end.ts'
import { processStartedAt } from '../../../../src/main/workspace/process-identity.ts'

it('the end of a process is waited for, up to a time', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'])
  const startedAt = processStartedAt(child.pid!)
  expect(await awaitProcessEnd(child.pid!, startedAt, 0), 'goes on').toBe(false)
  child.kill()
  expect(await awaitProcessEnd(child.pid!, startedAt, 60_000)).toBe(true)
  expect(processStartedAt(child.pid!)).toBeNull()
})

it('a later process of the same number is not waited for, nor one of which nothing is known', async () => {
  expect(await awaitProcessEnd(process.pid, 'an earlier start', 60_000)).toBe(true)
  if (process.platform !== 'win32') expect(await awaitProcessEnd(process.pid, null, 60_000)).toBe(true)
})
