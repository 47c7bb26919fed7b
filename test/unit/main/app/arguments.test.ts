import { expect, it } from 'vitest'
import { workspaceToOpen } from '../../../../src/main/app/arguments.ts'

it.each([
  [['electron', '--workspace', './b'], {}, null, '/second/b'],
  [['electron', '--workspace=/lab'], {}, null, '/lab'],
  [['electron'], { SKIPLAB_WORKSPACE: 'c' }, '/last', '/second/c'],
  [['electron'], {}, '/last', '/last'],
])('%j starts from the folder in which it was typed', (argv, env, last, expected) => {
  expect(workspaceToOpen(argv, env, last, '/second')).toBe(expected)
})
