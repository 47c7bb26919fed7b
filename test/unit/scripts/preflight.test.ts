import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { lookForCompiler } from '../../../scripts/setup/compiler.mjs'
import { askedTensorflow, chooseVariant, hasWheel } from '../../../scripts/setup/libtensorflow.mjs'
import { preflight } from '../../../scripts/setup/preflight.mjs'
import { temporaryFolder } from '../../support/temporary-folder.ts'

afterEach(() => vi.unstubAllEnvs())

/** A PATH with nothing but the given programs, and an empty cache. */
async function bareMachine(programs: Record<string, string> = {}): Promise<void> {
  const folder = await temporaryFolder()
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  vi.stubEnv('PATH', folder)
  vi.stubEnv('CXX', '')
  vi.stubEnv('SKIPLAB_PYTHON', '')
  vi.stubEnv('SKIPLAB_CACHE', join(folder, 'cache'))
}

describe.skipIf(!hasWheel())('what set-up needs', () => {
  it('what set-up needs is asked for at once, and not one tool after the other', async () => {
    await bareMachine()
    expect(() => preflight('cpu')).toThrow(/no Python was found.*; no C\+\+ compiler/)
  })

  it('what set-up needs names only what is missing', async () => {
    await bareMachine({ 'c++': 'exit 0' })
    expect(() => preflight('cpu')).toThrow(/needed once: no Python was found[^;]*$/)
  })

  it("what set-up needs is nothing for tfjs's own TensorFlow", async () => {
    await bareMachine()
    expect(() => preflight('upstream')).not.toThrow()
  })

  it('what set-up needs is a compiler that runs: one that only says it is not installed does not count', async () => {
    await bareMachine({ 'c++': 'echo "no developer tools were found" >&2; exit 1', 'g++': 'exit 0' })
    expect(lookForCompiler()).toBe('g++')
  })
})

describe('which TensorFlow is taken', () => {
  it('which TensorFlow is taken is what SKIPLAB_TENSORFLOW says, else what it said before, else the choice is left to set-up', () => {
    vi.stubEnv('SKIPLAB_TENSORFLOW', '')
    expect([askedTensorflow(), askedTensorflow('cpu')]).toEqual(['auto', 'cpu'])
    vi.stubEnv('SKIPLAB_TENSORFLOW', 'auto')
    expect(askedTensorflow('cpu')).toBe('auto')
    vi.stubEnv('SKIPLAB_TENSORFLOW', 'gpu')
    expect(() => askedTensorflow()).toThrow('SKIPLAB_TENSORFLOW is "gpu".')
  })

  it('which TensorFlow is taken is the CPU build where no driver reports a GPU', async () => {
    await bareMachine()
    expect(chooseVariant('auto')).toBe('cpu')
  })
})
