import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { sourceFiles, sourceFolder } from './source-files.ts'

/** Lines of a file that write the type `any`. */
function anyLines(name: string, text: string): number[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest)
  const lines: number[] = []
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) lines.push(file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return lines
}

it('no source file writes the type any', () => {
  const found = sourceFiles()
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => anyLines(file, readFileSync(file, 'utf8')).map((line) => `${relative(sourceFolder, file)}:${line}`))
  expect(found).toEqual([])
})

it('the search for any finds it in annotations and casts, not in words', () => {
  expect(anyLines('x.ts', 'const a: any = 1\n// any\nconst any = 2\nconst b = a as any[]')).toEqual([1, 4])
})
