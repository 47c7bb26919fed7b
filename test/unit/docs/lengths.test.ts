import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { passagesOf } from './passages.ts'

const project = join(import.meta.dirname, '..', '..', '..')
const longest = { paragraph: 80, bullet: 60 } as const

describe('the documents', () => {
  it.each(['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: project }).sort()])(
    '%s has no paragraph over 80 words and no bullet over 60',
    (file) => {
      const passages = passagesOf(readFileSync(join(project, file), 'utf8'))
      expect(passages.length).toBeGreaterThan(0)
      const tooLong = passages.filter(({ kind, words }) => words > longest[kind])
      expect(tooLong.map(({ kind, line, words }) => `${file}:${line}: a ${kind} of ${words} words`)).toEqual([])
    },
  )
})

describe('the measuring of documents', () => {
  const words = (count: number): string => Array.from({ length: count }, () => 'word').join(' ')
  const lengths = (text: string) => passagesOf(text).map(({ kind, line, words: count }) => `${line}: ${kind} of ${count}`)

  it('the measuring of documents joins the lines of a paragraph and of a bullet, and tells where each begins', () => {
    expect(lengths(`# Title\n\n${words(40)}\n${words(41)}\n\n- ${words(30)}\n  ${words(31)}\n- one`)).toEqual([
      '3: paragraph of 81',
      '6: bullet of 61',
      '8: bullet of 1',
    ])
  })

  it('the measuring of documents ends a paragraph where a list, a table, a heading or code begins', () => {
    expect(lengths('one two\n- three\n| four |\nfive\n## six\nseven\n```\neight\n```\nnine')).toEqual([
      '1: paragraph of 2',
      '2: bullet of 1',
      '4: paragraph of 1',
      '6: paragraph of 1',
      '10: paragraph of 1',
    ])
  })

  it('the measuring of documents leaves code and tables out, however long', () => {
    expect(lengths(`\`\`\`\n${words(200)}\n\n- ${words(90)}\n\`\`\`\n| ${words(300)} |`)).toEqual([])
  })

  it('the measuring of documents counts the words of a link and not its address, and no lone signs', () => {
    expect(lengths('see [the two words](docs/a long/address.md) · — 3x3')).toEqual(['1: paragraph of 5'])
  })
})
