import { describe, expect, it } from 'vitest'
import { designAt } from '../../../../src/common/network/design.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { paperDiagrams } from '../../../../src/common/paper/diagrams.ts'
import { blockFigure } from '../../../../src/main/export/block-figure.ts'

type Point = Parameters<typeof designAt>[1]

/** Words of a figure of blocks from its top down, the head aside. */
function wordsOf(svg: string): string[] {
  const texts = [...svg.matchAll(/<text[^>]* y="([\d.]+)"[^>]*>([^<]*)<\/text>/g)].map(([, y, text]) => ({ y: Number(y), text: text! }))
  return texts
    .filter(({ text }) => !/multiply-adds|^A block/.test(text))
    .sort((a, b) => a.y - b.y)
    .map(({ text }) => text)
}
const drawn = (point: Partial<Point>) =>
  wordsOf(
    blockFigure(
      [
        buildNetwork(
          designAt('imagenet', { family: 'residual', depth: 18, shortcut: 'A', inputShape: [64, 64, 3], classes: 10, ...point }),
        ),
      ],
      { width: 346, title: null, show: { title: false, subtitle: false } },
    ),
  )

describe('a figure of blocks', () => {
  it('a figure of blocks draws the paper’s Fig. 5: two 3x3 layers, and a bottleneck from 256 channels to 256', () => {
    const { designs } = paperDiagrams.find(({ figure }) => figure === 5)!
    const svg = blockFigure(designs.map(buildNetwork), { width: 692, title: null })
    const words = wordsOf(svg)
    expect(words.filter((text) => text.includes('conv')).sort()).toEqual([
      '1×1 conv, 256',
      '1×1 conv, 64',
      '3×3 conv, 64',
      '3×3 conv, 64',
      '3×3 conv, 64',
    ])
    expect(words).toEqual(expect.arrayContaining(['64-d', '256-d', 'identity']))
    expect(svg.match(/<circle/g), 'two additions').toHaveLength(2)
  })

  it('a figure of blocks tells BN and ReLU where they are, behind the layers or before them', () => {
    const name = 'residual-18 A imagenet'
    const [first, second] = ['3×3 conv, 64', '3×3 conv, 64']
    expect(drawn({}).filter((text) => text !== 'identity')).toEqual([name, '64-d', first, 'BN, ReLU', second, 'BN', 'ReLU'])
    expect(drawn({ settings: { activationOrder: 'pre' } }).filter((text) => text !== 'identity')).toEqual([
      `${name} pre-activation`,
      '64-d',
      'BN, ReLU',
      first,
      'BN, ReLU',
      second,
    ])
    expect(drawn({ settings: { normalization: 'none' } })).not.toContain('BN')
  })

  it('a figure of blocks tells what the shortcut does, and has none in a plain net', () => {
    expect(drawn({ shortcut: 'C' })).toContain('1×1 conv, 64')
    expect(drawn({ family: 'highway' })).toEqual(expect.arrayContaining(['identity', 'T: gate', 'T']))
    expect(drawn({ settings: { survival: 0.5 } })).toContain('survives: 0.875')
    expect(drawn({ family: 'plain' }).filter((text) => /identity|conv/.test(text))).toEqual(['3×3 conv, 64', '3×3 conv, 64'])
    expect(drawn({ settings: { blocks: [1, 1, 1, 1], blockKind: 'bottleneck' }, depth: 14 }), 'its only block projects').not.toContain(
      'identity',
    )
  })
})
