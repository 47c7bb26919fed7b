import { readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { sourceFiles, sourceFolder } from './source-files.ts'

/** The architecture itself, what reads old sweeps, the option `--n`, and a column that tables of 0.1 had. */
const knowing = new Set([
  'common/network/architectures/cifar.ts',
  'common/sweep/sweep.ts',
  'main/cli/network.ts',
  'main/cli/run-filter.ts',
  'main/cli/sweep-file.ts',
  'main/cli/sweep-options.ts',
  'main/export/csv-tables.ts',
])
const ofCifar = ['nOfDepth', 'depthOfN', 'maximumN']

/** Lines that name a function of 6n+2, or read, write or declare a field n. */
function linesWithN(name: string, text: string): number[] {
  const lines = new Set<number>()
  if (name.endsWith('.vue')) {
    for (const [index, line] of text.split('\n').entries())
      if (/\.n\b|\b(nOfDepth|depthOfN|maximumN)\b|v-for="n\b/.test(line)) lines.add(index + 1)
  }
  const script = name.endsWith('.vue')
    ? text.replace(/^[\s\S]*?<script[^>]*>/, (head) => head.replace(/[^\n]/g, ' ')).replace(/<\/script>[\s\S]*$/, '')
    : text
  const file = ts.createSourceFile('x.ts', script, ts.ScriptTarget.Latest, true)
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && (ofCifar.includes(node.text) || (node.text === 'n' && isField(node))))
      lines.add(file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return [...lines].sort((a, b) => a - b)
}

function isField(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent))
    return parent.name === node
  if (ts.isBindingElement(parent))
    return parent.propertyName === node || (parent.propertyName === undefined && ts.isObjectBindingPattern(parent.parent))
  return ts.isShorthandPropertyAssignment(parent)
}

it('no consumer of networks asks for n of 6n+2: depth is what all architectures have', () => {
  const found = sourceFiles()
    .map((file) => ({ file, name: relative(sourceFolder, file).split(sep).join('/') }))
    .filter(({ name }) => !knowing.has(name))
    .flatMap(({ file, name }) => linesWithN(name, readFileSync(file, 'utf8')).map((line) => `${name}:${line}`))
  expect(found).toEqual([])
})

it('each file that may know n does', () => {
  const idle = [...knowing].filter((name) => linesWithN(name, readFileSync(`${sourceFolder}/${name}`, 'utf8')).length === 0)
  expect(idle).toEqual([])
})

it.each([
  ['x.ts', 'const a = design.n', [1]],
  ['x.ts', 'const { n } = design\nconst { n: blocks } = design', [1, 2]],
  ['x.ts', 'const d = { family, n: 3 }\nconst e = { n }', [1, 2]],
  ['x.ts', "import { depthOfN } from '../../src/common/network/architectures/cifar.ts'", [1]],
  ['x.ts', 'interface D { n: number }', [1]],
  ['x.ts', "const n = 3\nf(n, 'a.n')\nfor (const [n] of list) g(n)", []],
  ['X.vue', '<script setup lang="ts">\nconst { n } = draft\n</script>\n<template>{{ draft.n }}</template>', [2, 4]],
])('the search for n finds it in %s: %s', (name, text, lines) => {
  expect(linesWithN(name, text)).toEqual(lines)
})
