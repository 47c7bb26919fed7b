import { describe, expect, it } from 'vitest'
import { valueColour } from '../../../../src/common/analysis/value-ramp.ts'
import { type MapFigureInput, mapFigureSchema } from '../../../../src/common/export/map-figure.ts'
import { mapFigure } from '../../../../src/main/export/map-figure.ts'
import { renderFigure } from '../../../../src/main/export/render.ts'
import { parseSvg } from '../../../support/drawn-svg.ts'

const axis = { title: 'layer', first: 1, last: 3 }
const panel = (title: string, y = axis) => ({
  title,
  x: axis,
  y,
  values: [
    [0, 0.5, 1],
    [0.5, 0.5, null],
    [1, 0, 0.25],
  ],
})
const figure = (changes: Partial<MapFigureInput> = {}) =>
  mapFigure(
    mapFigureSchema.parse({
      kind: 'map',
      title: 'Similarity of layers',
      subtitle: 'linear CKA',
      width: 692,
      colour: { title: 'CKA', min: 0, max: 1 },
      panels: [panel('plain-20')],
      ...changes,
    }),
  )
const scale = { min: 0, max: 1, logarithmic: false }

describe('a figure of heat maps', () => {
  it('draws each value in its colour, the lowest row at the bottom, equal neighbours as one', () => {
    const cells = parseSvg(figure()).all('[aria-label="cells"] rect')
    expect(cells.map((cell) => cell.getAttribute('fill'))).toEqual(
      [0, 0.5, 1, 0.5, null, 1, 0, 0.25].map((value) => valueColour(scale, value)),
    )
    const tops = cells.map((cell) => Number(cell.getAttribute('y')))
    expect(tops[0]).toBeGreaterThan(tops[3]!)
    expect(tops[3]).toBeGreaterThan(tops[5]!)
  })

  it('writes axes, title and the scale of colours with its marks', () => {
    const { texts } = parseSvg(figure())
    expect(texts).toEqual(expect.arrayContaining(['plain-20', 'layer', '1', '2', '3', 'CKA', '0', '0.6', '1']))
  })

  it('writes the vertical axis once for panels that share it, and for each that has its own', () => {
    const titles = (svg: string) => parseSvg(svg).texts.filter((text) => text.startsWith('layer of'))
    const of = (name: string) => ({ ...axis, title: `layer of ${name}` })
    expect(titles(figure({ panels: [panel('a', of('a')), panel('b', of('a'))] }))).toEqual(['layer of a'])
    expect(titles(figure({ panels: [panel('a', of('a')), panel('b', of('b'))] }))).toEqual(['layer of a', 'layer of b'])
  })

  it('draws lines of equal value alone where cells are not filled, each level named once', () => {
    const values = Array.from({ length: 21 }, (_, y) => Array.from({ length: 21 }, (_, x) => Math.hypot(x - 10, y - 10) / 10))
    const svg = figure({ filled: false, levels: [0.3, 0.7], panels: [{ ...panel(''), values }] })
    const { all, texts } = parseSvg(svg)
    expect(all('[aria-label="cells"] rect')).toEqual([])
    expect(all('[aria-label="contour"]')).toHaveLength(2)
    expect(texts.filter((text) => text === '0.7')).toHaveLength(1)
  })

  it('writes the names of contours above all lines, each apart from the others and inside the frame', () => {
    const values = Array.from({ length: 41 }, (_, y) => Array.from({ length: 41 }, (_, x) => (x + y) / 80))
    const svg = figure({ levels: [0.2, 0.3, 0.4, 0.5, 0.6], panels: [{ ...panel(''), values }] })
    expect(svg.lastIndexOf('aria-label="contour"')).toBeLessThan(svg.indexOf('aria-label="contour name"'))
    const side = Number(/aria-label="frame" x="0" y="0" width="(\d+)"/.exec(svg)![1])
    const plates = [...svg.matchAll(/aria-label="contour name" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)]
    const boxes = plates.map(([, ...numbers]) => numbers.map(Number) as [number, number, number, number])
    expect(boxes).toHaveLength(5)
    for (const [index, [x, y, width, height]] of boxes.entries()) {
      expect(x + width).toBeLessThan(side)
      expect(y + height).toBeLessThan(side)
      for (const [otherX, otherY, otherWidth, otherHeight] of boxes.slice(0, index))
        expect(otherX > x + width || x > otherX + otherWidth || otherY > y + height || y > otherY + otherHeight).toBe(true)
    }
  })

  it.each([336, 692, 945])('keeps three panels of %i pixels inside the figure and apart', (width) => {
    const svg = figure({ width, panels: ['a', 'b', 'c'].map((name) => panel(name, { ...axis, title: name })) })
    const frames = [
      ...svg.matchAll(/<g transform="translate\((-?[\d.]+),(-?[\d.]+)\)"[^>]*>.*?aria-label="frame" x="0" y="0" width="(\d+)"/gs),
    ]
    expect(frames).toHaveLength(3)
    for (const [, left, , side] of frames) expect(Number(left) + Number(side)).toBeLessThan(width)
    for (const [, , , side] of frames) expect(Number(side)).toBeGreaterThanOrEqual(84)
  })

  it('becomes a PDF and a PNG', async () => {
    const svg = figure({ levels: [0.4] })
    expect((await renderFigure(svg, 'pdf')).subarray(0, 5).toString()).toBe('%PDF-')
    expect((await renderFigure(svg, 'png')).subarray(1, 4).toString()).toBe('PNG')
  })
})
