import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requireMachine } from '../../../scripts/setup/machine.mjs'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe.skipIf(process.platform !== 'linux')('a machine', () => {
  it('a machine without glibc is refused by name', () => {
    expect(() => requireMachine({ glibc: '' })).toThrow(/built for the C library glibc.*musl/)
  })

  it.skipIf(process.arch !== 'x64')('a machine without AVX is refused, even where it has instructions of a similar name', async () => {
    const cpuinfo = join(await temporaryFolder(), 'cpuinfo')
    writeFileSync(
      cpuinfo,
      readFileSync('/proc/cpuinfo', 'utf8')
        .replaceAll(/ avx\b/g, '')
        .replaceAll(/^flags\t*:/gm, 'flags\t: avx_vnni'),
    )
    expect(() => requireMachine({ cpuinfo })).toThrow(/AVX/)
  })

  it('a machine that runs these tests is accepted', () => {
    expect(() => requireMachine()).not.toThrow()
  })
})
