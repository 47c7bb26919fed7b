import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const project = join(import.meta.dirname, '..', '..', '..')
const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: project })]

/** Targets of links and pictures, without those that lead out of the project. */
function targetsOf(text: string): string[] {
  const shown = text.replaceAll(/^```[\s\S]*?^```/gm, '')
  return [...shown.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!).filter((target) => !/^[a-z]+:/.test(target))
}

/** What a heading is called in a link: "Set up, then go" -> `set-up-then-go`. */
function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#{1,6} (.*)$/gm)].map((match) => match[1]!)
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function brokenLinks(file: string, text: string): string[] {
  return targetsOf(text).filter((target) => {
    const [path = '', anchor] = target.split('#')
    const to = path === '' ? file : join(dirname(file), path)
    if (!existsSync(join(project, to))) return true
    return anchor !== undefined && !anchorsOf(readFileSync(join(project, to), 'utf8')).includes(anchor)
  })
}

describe('links between documents', () => {
  it.each(documents)('links between documents lead from %s to files and headings that exist', (file) => {
    expect(brokenLinks(file, readFileSync(join(project, file), 'utf8'))).toEqual([])
  })

  it('links between documents would be reported if the file or the heading were missing', () => {
    const text =
      '[a](missing.md) [b](#no-such-heading) [c](docs/numbers.md#speed-and-memory) [d](https://example.org/x)\n```\n[e](in-code.md)\n```'
    expect(brokenLinks('README.md', text)).toEqual(['missing.md', '#no-such-heading'])
  })
})
