import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { shellWord } from '../../../src/common/shell-word.ts'

it.runIf(process.platform !== 'win32')('words for the shell are quoted so that it takes them as they are', () => {
  for (const word of ["a b'c", '$(x)', '`y`', '"', '\\', '', '*', ';&|', 'ü']) {
    expect(spawnSync('sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' }).stdout).toBe(word)
  }
})
