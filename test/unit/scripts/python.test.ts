import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { findPython, isOutOfReach, lookForPython } from '../../../scripts/setup/python.mjs'
import { temporaryFolder } from '../../support/temporary-folder.ts'

afterEach(() => vi.unstubAllEnvs())

/** A program that answers as a Python of this version does. */
async function python(version: string, hasPip: boolean): Promise<string> {
  const path = join(await temporaryFolder(), 'python')
  writeFileSync(path, `#!/bin/sh\ncase "$1" in -c) echo ${version};; -m) ${hasPip ? 'echo pip 24.0' : 'exit 1'};; esac\n`)
  chmodSync(path, 0o755)
  vi.stubEnv('SKIPLAB_PYTHON', path)
  return path
}

describe.skipIf(process.platform === 'win32')('the Python that set-up takes', () => {
  it('the Python that set-up takes is the one that SKIPLAB_PYTHON names, with 3.10 counting as newer than 3.8', async () => {
    const path = await python('3.10', true)
    expect(lookForPython()).toEqual({ python: path, missing: null })
  })

  it('the Python that set-up takes must be new enough for what it is needed for', async () => {
    const path = await python('3.9', true)
    expect(findPython()).toBe(path)
    expect(() => findPython([3, 10], 'for PyTorch')).toThrow(`Python 3.10 or newer with pip is needed for PyTorch: ${path} is Python 3.9.`)
  })

  it('the Python that set-up takes must have pip', async () => {
    const path = await python('3.12', false)
    expect(lookForPython().missing).toBe(`${path} has no pip`)
  })
})

describe("pip's failures", () => {
  it.each([
    [
      'ERROR: Could not find a version that satisfies the requirement tensorflow-cpu==2.21.0 (from versions: none)\nERROR: ' +
        'No matching distribution found for tensorflow-cpu==2.21.0',
      true,
    ],
    ['ERROR: HTTP error 403 while getting https://index.example/tensorflow_cpu-2.21.0.whl', true],
    ['ERROR: Could not find an activated virtualenv (required).', false],
    ["ERROR: Can not combine '--user' and '--target'", false],
    ['ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device', false],
  ])("pip's failure %s may be helped by another source: %s", (output, expected) => {
    expect(isOutOfReach(output)).toBe(expected)
  })
})
