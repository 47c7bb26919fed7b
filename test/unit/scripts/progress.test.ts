import { describe, expect, it } from 'vitest'
import { handOver } from '../../../scripts/hand-over.mjs'
import { runCommand } from '../../../scripts/setup/progress.mjs'

const endsBy = (signal: string) => ['-e', `process.kill(process.pid, '${signal}'); setTimeout(() => {}, 10000)`]

describe.skipIf(process.platform === 'win32')('a program that a signal ends', () => {
  it('a program that a signal ends says so in the output of a set-up step', async () => {
    expect(await runCommand(process.execPath, endsBy('SIGILL'))).toEqual({ code: 132, output: '\nended by SIGILL' })
  })

  it.each([
    ['SIGTRAP', 133],
    ['SIGKILL', 137],
    ['SIGTERM', 143],
  ])('%s makes the command end with %i', async (signal, code) => {
    expect(await handOver(process.execPath, endsBy(signal))).toBe(code)
  })
})
