import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { castsThroughUnknown } from './casts-through-unknown.ts'
import { countCastsThroughUnknown, functionsOf } from './functions-of.ts'

const project = join(import.meta.dirname, '..', '..')
const longest = { file: 350, function: 70, line: 140 }

const files = globSync('{src,bench,scripts,test}/**/*.{ts,vue,mjs,cjs}', { cwd: project })
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
  .map((path) => {
    const text = readFileSync(join(project, path), 'utf8')
    return { path, text, lines: text.trimEnd().split('\n') }
  })

/** The size that a share of all files does not exceed. */
function quantile(share: number): number {
  const sizes = files.map(({ lines }) => lines.length).sort((a, b) => a - b)
  return sizes[Math.min(sizes.length - 1, Math.floor(share * sizes.length))]!
}

describe('files of the program and its tests', () => {
  it('have at most 350 lines', () => {
    const tooLong = files.filter(({ lines }) => lines.length > longest.file)
    expect(tooLong.map(({ path, lines }) => `${path}: ${lines.length} lines`)).toEqual([])
  })

  it('files of the program and its tests are short: the median has at most 90 lines, nine in ten have at most 220', () => {
    expect(files.length).toBeGreaterThan(500)
    expect(quantile(0.5)).toBeLessThanOrEqual(90)
    expect(quantile(0.9)).toBeLessThanOrEqual(220)
  })

  it('hold no function over 70 lines', () => {
    const found = files.flatMap(({ path, text }) =>
      functionsOf(path, text)
        .filter(({ lines }) => lines > longest.function)
        .map(({ name, line, lines }) => `${path}:${line}: ${name} has ${lines} lines`),
    )
    expect(found).toEqual([])
  })

  it('cast through unknown only where the list says why, and the list names no cast that is gone', () => {
    const counts = files.map(({ path, text }) => [path, countCastsThroughUnknown(path, text)] as const)
    const listed = Object.entries(castsThroughUnknown).map(([path, [count]]) => [path, count] as const)
    expect(Object.fromEntries(counts.filter(([, count]) => count > 0))).toEqual(Object.fromEntries(listed))
  })

  it('have no line over 140 characters', () => {
    const found = files.flatMap(({ path, lines }) =>
      lines.flatMap((line, index) => (line.length > longest.line ? [`${path}:${index + 1}`] : [])),
    )
    expect(found).toEqual([])
  })
})

describe('the measuring of functions', () => {
  const body = (lines: number): string => '  step()\n'.repeat(lines)

  it('finds functions, methods, constructors and arrow functions with their names and lengths', () => {
    const text =
      `function a() {\n${body(3)}}\n` +
      `class B {\n  constructor() {\n${body(1)}  }\n  get c() {\n    return 1\n  }\n}\n` +
      'const d = () => {\n}\n'
    expect(functionsOf('x.ts', text)).toEqual([
      { name: 'a', line: 1, lines: 5 },
      { name: 'constructor', line: 7, lines: 3 },
      { name: 'c', line: 10, lines: 3 },
      { name: 'd', line: 14, lines: 2 },
    ])
  })

  it('the measuring of functions takes the callbacks of describe for tables of contents, and those of tests for functions', () => {
    const found = functionsOf(
      'x.ts',
      `describe('it', () => {\n  it('does', () => {\n${body(2)}  })\n})\ntest.describe.serial('story', () => {\n})\n`,
    )
    expect(found).toEqual([{ name: 'callback', line: 2, lines: 4 }])
  })

  it("the measuring of functions reads the script of a Vue file, at the file's own line numbers", () => {
    const text = `<template>\n  <p>function no() {}</p>\n</template>\n<script setup lang="ts">\nfunction yes() {\n}\n</script>\n`
    expect(functionsOf('X.vue', text)).toEqual([{ name: 'yes', line: 5, lines: 2 }])
  })

  it('the measuring of functions counts casts through unknown, and no other casts', () => {
    const text = 'const a = b as unknown as C\nconst d = e as F\nconst g = h as unknown\n// i as unknown as J\n'
    expect(countCastsThroughUnknown('x.ts', text)).toBe(1)
  })
})
