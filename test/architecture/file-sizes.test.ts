import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sourceFiles, sourceFolder } from './source-files.ts'

const maximumLines = 400

/** Path below src -> why this file may be longer. An entry that is no longer needed fails the test too. */
const longFiles: Readonly<Record<string, string>> = {
  'main/engine/engine.ts': 'joins all parts of a living engine; to be split into its life and its wiring',
}

const lineCounts = sourceFiles().map((file) => ({
  name: relative(sourceFolder, file).replaceAll('\\', '/'),
  lines: readFileSync(file, 'utf8').trimEnd().split('\n').length,
}))

describe('source files', () => {
  it(`stay within ${maximumLines} lines unless they state a reason`, () => {
    const tooLong = lineCounts.filter((file) => file.lines > maximumLines).map((file) => file.name).sort()
    expect(tooLong).toEqual(Object.keys(longFiles).sort())
  })

  it('are mostly short: nine in ten have at most 300 lines', () => {
    const long = lineCounts.filter((file) => file.lines > 300)
    expect(long.length, long.map((file) => `${file.name} (${file.lines})`).join(', ')).toBeLessThanOrEqual(lineCounts.length / 10)
  })
})
