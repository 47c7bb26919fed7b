import { describe, expect, it } from 'vitest'
import { designAt, networkDesignSchema } from '../../../src/common/network/design.ts'
import type { Family } from '../../../src/common/network/families/families.ts'
import { buildNetwork } from '../../../src/common/network/network.ts'
import { layOut, stageLabels } from '../../../src/renderer/src/features/network/diagram.ts'

function draw(family: Family, n: number, shortcut: 'A' | 'B' | 'C' = 'A'): ReturnType<typeof layOut> {
  return layOut(buildNetwork(networkDesignSchema.parse({ family, n, shortcut })))
}

describe('the diagram of a network', () => {
  it('the diagram of a network has a box for every weighted layer and an arc for every pair of a residual net', () => {
    for (const n of [1, 9, 200]) {
      expect(draw('residual', n).boxes).toHaveLength(6 * n + 2)
      expect(draw('residual', n).arcs).toHaveLength(3 * n)
    }
    expect(draw('plain', 3).arcs).toHaveLength(0)
  })

  it('has gates on the shortcuts of a highway net and of no other', () => {
    expect(draw('highway', 3).boxes).toHaveLength(20)
    expect(draw('highway', 3, 'B').arcs.map(({ gated }) => gated)).toEqual(Array(9).fill(true))
    expect(draw('residual', 3).arcs.some(({ gated }) => gated)).toBe(false)
  })

  it('gives the label under each stage room for its words, at every depth', () => {
    // The widest letters of 11 px take less than 7 px.
    const wide = (words: string): number => words.length * 7
    for (const n of [1, 2, 3, 9]) {
      const drawing = draw('residual', n)
      const labels = stageLabels(drawing, 1)
      expect(labels.map(({ lines }) => lines.join(' '))[0], `n = ${n}`).toContain(`${2 * n} layers`)
      for (const [index, { x, lines }] of labels.entries()) {
        const end = labels[index + 1]?.x ?? drawing.width + 4
        for (const line of lines) expect(x + wide(line), `n = ${n}: ${line}`).toBeLessThanOrEqual(end)
      }
    }
    expect(
      stageLabels(draw('plain', 1), 0.3).flatMap(({ lines }) => lines),
      'none where none fits',
    ).toEqual([])
  })

  it('the diagram of a network dashes the two shortcuts where dimensions grow, and marks projections', () => {
    expect(draw('residual', 5).arcs.filter((arc) => arc.grows)).toHaveLength(2)
    expect(draw('residual', 5, 'B').arcs.filter((arc) => arc.projection)).toHaveLength(2)
    expect(draw('residual', 5, 'C').arcs.filter((arc) => arc.projection)).toHaveLength(15)
  })

  it('the diagram of a network lets each arc span the two layers of its block, and no box lie on another', () => {
    const { boxes, arcs } = draw('residual', 3)
    for (const arc of arcs) expect(boxes.filter((box) => box.x >= arc.from && box.x < arc.to)).toHaveLength(2)
    for (const [index, box] of boxes.slice(1).entries()) expect(box.x).toBeGreaterThan(boxes[index]!.x + boxes[index]!.width)
  })

  it('the diagram of a network counts no pool as a layer, and names a stage after what its last layer makes', () => {
    const photographs = { inputShape: [224, 224, 3] as [number, number, number], classes: 1000 }
    const stagesOf = (architecture: string, depth: number) =>
      layOut(buildNetwork(designAt(architecture, { family: 'plain', depth, shortcut: 'A', ...photographs }))).stages.map(
        ({ layers, shape }) => `${layers}: ${shape}`,
      )
    expect(stagesOf('vgg', 19).slice(0, 3)).toEqual(['2: 224 × 224 × 64', '2: 112 × 112 × 128', '4: 56 × 56 × 256'])
    expect(stagesOf('imagenet', 50)).toEqual(['9: 56 × 56 × 256', '12: 28 × 28 × 512', '18: 14 × 14 × 1024', '9: 7 × 7 × 2048'])
  })

  it('the diagram of a network names the three stages with their shapes', () => {
    expect(draw('residual', 3).stages.map((stage) => `${stage.layers}: ${stage.shape}`)).toEqual([
      '6: 32 × 32 × 16',
      '6: 16 × 16 × 32',
      '6: 8 × 8 × 64',
    ])
  })
})
