import { readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { sourceFiles, sourceFolder } from './source-files.ts'

/** Words that had several meanings or none that the field knows, each with what to write instead. */
const unused: Readonly<Record<string, string>> = {
  place: 'position, index, axis, slot, device or destination; a place is a machine that runs compute on',
  places: 'positions, indices, axes, slots, devices or destinations',
  placed: 'positioned or scheduled',
  placement: 'position or schedule',
  pulse: 'progress or heartbeat',
  wish: 'request',
  wished: 'requested',
  wanting: 'missing or waiting',
  breathe: 'yield',
  turned: 'rotated, mirrored or transposed',
  observed: 'withMoments or responseImages',
  'last word': 'outcome',
  'last words': 'lastOutput',
}

/** Files that say of a run or a slot at which machine it is. */
const sayOfRuns = [
  'common/records/records.ts',
  ...['open-sweep', 'queue', 'sweep-options'].map((name) => `main/cli/${name}.ts`),
  ...['engine', 'machine/slot', 'queue/planner'].map((name) => `main/engine/${name}.ts`),
  ...['attempts', 'queue', 'run-row'].map((name) => `main/store/${name}.ts`),
  'renderer/src/features/queue/timeline-layout.ts',
]
/** Files about machines that runs compute on, or that take something from one of those files. */
const maySayPlace = (name: string, text: string) =>
  sayOfRuns.includes(name) || /places?\b|Place/.test(name) || /(?:from |import\()'[^']*(?:place|Place)[^']*'/.test(text)

/** "lastWords" -> "last words", "IOPlace" -> "io place". */
function wordsOf(identifier: string): string {
  return identifier
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replaceAll(/[_$#]/g, ' ')
    .toLowerCase()
}

function unusedWordIn(identifier: string): string | undefined {
  const words = ` ${wordsOf(identifier)} `
  return Object.keys(unused).find((word) => words.includes(` ${word} `))
}

/** The scripts of a component, at their lines. */
function scriptOf(component: string): string {
  const blank = (text: string) => text.replace(/[^\n]/g, ' ')
  let script = ''
  let end = 0
  for (const match of component.matchAll(/(<script[^>]*>)([\s\S]*?)<\/script>/g)) {
    script += blank(component.slice(end, match.index + match[1]!.length)) + match[2]!
    end = match.index + match[1]!.length + match[2]!.length
  }
  return script
}

/** Names in a file that hold a word of the list, with their lines and what to write instead. */
function unusedWords(name: string, text: string): string[] {
  const file = ts.createSourceFile('x.ts', name.endsWith('.vue') ? scriptOf(text) : text, ts.ScriptTarget.Latest)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    const word = ts.isIdentifier(node) || ts.isPrivateIdentifier(node) ? unusedWordIn(node.text) : undefined
    if (word !== undefined && !(word.startsWith('place') && maySayPlace(name, text))) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file))
      found.push(`${name}:${line + 1}: ${node.getText(file)}: say ${unused[word]}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

it('no name in the sources holds a word that has several meanings or none in the field', () => {
  const found = sourceFiles().flatMap((file) => unusedWords(relative(sourceFolder, file).split(sep).join('/'), readFileSync(file, 'utf8')))
  expect(found).toEqual([])
})

it.each([
  ['x.ts', 'const nextPlace = 1'],
  ['x.ts', 'class A { readonly #lastWords = null }'],
  ['x.vue', '<script setup lang="ts">\nconst places = ref(0)\n</script>\n<template />'],
])('the search for unused words finds one in %s: %s', (name, text) => {
  expect(unusedWords(name, text)).toHaveLength(1)
})

it.each([
  ['x.ts', 'const replaced = placeholder("in place")'],
  ['main/places/ssh.ts', 'const place = 1'],
  ['x.vue', '<style>a { place-items: center }</style>'],
])('the search for unused words finds none in %s: %s', (name, text) => {
  expect(unusedWords(name, text)).toEqual([])
})
