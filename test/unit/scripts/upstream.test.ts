import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { placeWindowsLibrary } from '../../../scripts/setup/upstream.mjs'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe("tfjs's installer on Windows", () => {
  it("tfjs's installer on Windows has come to its end when the library lies beside the binding, which is done for it", async () => {
    const folder = await temporaryFolder()
    const binding = join(folder, 'lib', 'napi-v8')
    mkdirSync(binding, { recursive: true })
    mkdirSync(join(folder, 'deps', 'lib'), { recursive: true })
    writeFileSync(join(binding, 'tfjs_binding.node'), '')
    expect(placeWindowsLibrary(folder, binding)).toBe(false)
    writeFileSync(join(folder, 'deps', 'lib', 'tensorflow.dll'), '')
    expect(placeWindowsLibrary(folder, binding)).toBe(true)
    expect(readdirSync(binding).sort()).toEqual(['tensorflow.dll', 'tfjs_binding.node'])
  })
})
