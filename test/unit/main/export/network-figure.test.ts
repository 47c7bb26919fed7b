import { describe, expect, it } from 'vitest'
import { networkDesignSchema } from '../../../../src/common/network/design.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { paperDiagrams } from '../../../../src/common/paper/diagrams.ts'
import { networkFigure } from '../../../../src/main/export/network-figure.ts'

type Input = Parameters<typeof networkDesignSchema.parse>[0]

function drawn(...designs: Input[]) {
  const svg = networkFigure(
    designs.map((design) => buildNetwork(networkDesignSchema.parse(design))),
    { width: 692, title: null },
  )
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!)
  const arcs = [...svg.matchAll(/<path[^>]*fill="none"[^>]*>/g)].map(([arc]) => arc)
  return {
    svg,
    texts,
    boxes: texts.filter((text) => /conv|fc|pool/.test(text)),
    arcs: arcs.length,
    dashed: arcs.filter((arc) => arc.includes('stroke-dasharray')).length,
  }
}

describe('a figure of networks', () => {
  it('a figure of networks draws every weighted layer, the pooling, and a shortcut around each pair, dashed where dimensions grow', () => {
    const { boxes, arcs, dashed } = drawn({ family: 'residual', n: 3 })
    expect(boxes).toHaveLength(20 + 1)
    expect(boxes.filter((text) => text.endsWith('/2'))).toEqual(['3×3 conv, 32, /2', '3×3 conv, 64, /2'])
    expect({ arcs, dashed }).toEqual({ arcs: 9, dashed: 2 })
  })

  it('a figure of networks sets the plain net beside the residual one, without shortcuts', () => {
    const { boxes, arcs, texts } = drawn({ family: 'plain', n: 2 }, { family: 'residual', n: 2 })
    expect(boxes).toHaveLength(2 * (14 + 1))
    expect(arcs).toBe(6)
    expect(texts).toContain('plain-14 and residual-14 A')
  })

  it('marks the gate of each highway block', () => {
    const { texts, boxes } = drawn({ family: 'highway', n: 2, shortcut: 'B' })
    expect(boxes).toHaveLength(14 + 1)
    expect(texts.filter((text) => text === 'T')).toHaveLength(6)
    expect(texts).toContain('T: gate')
    expect(drawn({ family: 'residual', n: 2 }).texts.filter((text) => text.startsWith('T'))).toEqual([])
  })

  it('marks projections: two with option B, all with C', () => {
    expect(drawn({ family: 'residual', n: 3, shortcut: 'B' }).texts.filter((text) => text === '1×1')).toHaveLength(2)
    expect(drawn({ family: 'residual', n: 3, shortcut: 'C' }).texts.filter((text) => text === '1×1')).toHaveLength(9)
  })

  it('a figure of networks says how many blocks of a deep net it leaves out', () => {
    const { texts, boxes } = drawn({ family: 'residual', n: 200 })
    expect(texts.filter((text) => text === '197 more blocks')).toHaveLength(3)
    expect(boxes, 'stem, three blocks a stage, pooling, classifier').toHaveLength(1 + 3 * 3 * 2 + 2)
  })

  it('a figure of networks stays inside its width, however many networks it holds', () => {
    const { svg } = drawn(...Array.from({ length: 6 }, (): Input => ({ family: 'residual', n: 1, shortcut: 'C' })))
    const scale = Number(/scale\(([\d.]+)\)/.exec(svg)?.[1])
    expect(scale * 216).toBeLessThanOrEqual(692 / 6 + 1e-9)
  })

  it('a figure of networks begins each size of maps in the same row, where images are of one size', () => {
    const { svg } = drawn(...paperDiagrams.find(({ figure }) => figure === 3)!.designs)
    const rows = (size: string) => [...svg.matchAll(new RegExp(`y="([\\d.]+)"[^>]*>${size}<`, 'g'))].map(([, y]) => y)
    for (const size of ['112×112', '56×56', '28×28', '14×14', '7×7']) {
      expect(rows(size), size).toHaveLength(3)
      expect(new Set(rows(size)).size, size).toBe(1)
    }
    const apart = drawn({ family: 'plain', n: 1 }, { family: 'plain', n: 1, inputShape: [64, 64, 3] })
    expect(apart.svg.match(/y="[\d.]+"[^>]*>32×32</g)).toHaveLength(2)
  })
})
