import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** The specifiers of all imports and re-exports in a TypeScript or Vue file, type-only and dynamic ones included. */
export function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const script = file.endsWith('.vue') ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n') : text
  return ts.preProcessFile(script, true, true).importedFiles.map((reference) => reference.fileName)
}
