import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { findBreach } from './import-direction.ts'
import { sourceFiles, sourceFolder } from './source-files.ts'

/** The specifiers of all imports and re-exports in a file, type-only and dynamic ones included. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const script = file.endsWith('.vue') ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n') : text
  return ts.preProcessFile(script, true, true).importedFiles.map((reference) => reference.fileName)
}

describe('the rooms below src', () => {
  it('import only what the table of directions allows them', () => {
    const breaches = sourceFiles().flatMap((file) =>
      importsOf(file)
        .map((specifier) => findBreach(sourceFolder, file, specifier))
        .filter((breach) => breach !== null)
        .map((breach) => `${relative(sourceFolder, file)}: ${breach}`),
    )
    expect(breaches).toEqual([])
  })

  it.each([
    ['common/network/layer.ts', 'node:fs', 'common may not import node:fs'],
    ['common/rpc/contract.ts', '../../main/store/runs.ts', 'common may not import main/store'],
    ['main/cli/commands/runs.ts', '../../store/runs.ts', 'main/cli may not import main/store'],
    ['main/engine/queue.ts', 'better-sqlite3', 'main/engine may not import better-sqlite3'],
    ['main/worker/program/graph.ts', '../../engine/queue.ts', 'main/worker may not import main/engine'],
    ['renderer/src/api.ts', '../../main/engine/client.ts', 'renderer may not import main/engine'],
    ['main/app/index.ts', '@tensorflow/tfjs-node-gpu', 'main/app may not import @tensorflow/tfjs-node-gpu'],
  ])('would be caught if %s imported %s', (file, specifier, expected) => {
    expect(findBreach(sourceFolder, join(sourceFolder, file), specifier)).toContain(expected)
  })

  it.each([
    ['common/rpc/worker-protocol.ts', '../data/dataset.ts'],
    ['main/cli/index.ts', 'node:path'],
    ['main/engine/queue.ts', '../store/runs.ts'],
    ['main/store/database.ts', 'better-sqlite3'],
    ['renderer/src/app.ts', 'vue'],
  ])('allow %s to import %s', (file, specifier) => {
    expect(findBreach(sourceFolder, join(sourceFolder, file), specifier)).toBeNull()
  })
})
