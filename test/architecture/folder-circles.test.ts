import { dirname, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importsOf } from './imports-of.ts'
import { sourceFiles, sourceFolder } from './source-files.ts'

type Graph = ReadonlyMap<string, ReadonlySet<string>>

/** Folders of a source tree and the other folders that their files import from, type imports included. */
function folderGraph(files: readonly string[], source: string): Graph {
  const graph = new Map<string, Set<string>>()
  const folderOf = (path: string): string => relative(source, dirname(path)).split(sep).join('/')
  for (const file of files) {
    const from = folderOf(file)
    const targets = graph.get(from) ?? new Set()
    graph.set(from, targets)
    for (const specifier of importsOf(file)) {
      if (!specifier.startsWith('.')) continue
      const to = folderOf(resolve(dirname(file), specifier))
      if (to !== from && !to.startsWith('..')) targets.add(to)
    }
  }
  return graph
}

/** A circle of folders as the way around it, or null. */
function findCircle(graph: Graph): string[] | null {
  const done = new Set<string>()
  const visit = (folder: string, path: readonly string[]): string[] | null => {
    if (path.includes(folder)) return [...path.slice(path.indexOf(folder)), folder]
    if (done.has(folder)) return null
    for (const next of graph.get(folder) ?? []) {
      const circle = visit(next, [...path, folder])
      if (circle) return circle
    }
    done.add(folder)
    return null
  }
  for (const folder of graph.keys()) {
    const circle = visit(folder, [])
    if (circle) return circle
  }
  return null
}

describe('the folders below src', () => {
  it('the folders below src never import each other in a circle', () => {
    expect(findCircle(folderGraph(sourceFiles(), sourceFolder))?.join(' -> ') ?? null).toBeNull()
  })

  it('the folders below src are all seen: the graph holds every folder with a source file', () => {
    const graph = folderGraph(sourceFiles(), sourceFolder)
    expect(graph.get('main/engine')).toContain('main/engine/queue')
    expect(graph.get('renderer/src/features/runs')).toContain('renderer/src/features/curves')
    expect(graph.size).toBe(new Set(sourceFiles().map((file) => dirname(file))).size)
  })

  it('the folders below src would be reported with the way around if they did', () => {
    const graph = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['c'])],
      ['c', new Set(['b'])],
    ])
    expect(findCircle(graph)).toEqual(['b', 'c', 'b'])
    expect(
      findCircle(
        new Map([
          ['a', new Set(['b'])],
          ['b', new Set<string>()],
        ]),
      ),
    ).toBeNull()
  })
})
