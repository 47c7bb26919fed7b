import { describe, expect, it } from 'vitest'
import { type FigureInput, figureSchema } from '../../../../src/common/export/figure.ts'
import { lineFigure } from '../../../../src/main/export/line-figure.ts'
import { parseSvg } from '../../../support/drawn-svg.ts'

describe('a line figure', () => {
  const figure = (changes: Partial<FigureInput> = {}) =>
    lineFigure(
      figureSchema.parse({
        title: 'Batch loss',
        subtitle: '',
        width: 336,
        x: { title: 'epoch', min: 2, max: 4 },
        y: { title: 'loss', min: 0.01, max: 10, logarithmic: true },
        panels: [{ title: '', lines: [{ label: 'one', endLabel: 'end', colour: '#112233', x: [1, 2, 3, 4, 5], y: [1, 2, null, 2, 1] }] }],
        ...changes,
      }),
    )

  it('draws the part that is looked at: clipped, broken where a value is no number, named where the line leaves', () => {
    const { all, texts } = parseSvg(figure())
    const [path] = all('[aria-label="line"] path')
    expect((path?.getAttribute('d') ?? '').split('M')).toHaveLength(3)
    expect(all('clipPath')).not.toEqual([])
    expect(texts).toContain('end')
  })

  it('draws a band whole on a logarithmic axis, whose lower edge is zero or less in places', () => {
    const band = { low: [0.5, -0.5, 0, 0.5], high: [2, 3, 3, 2] }
    const line = { label: 'one', endLabel: null, colour: '#112233', x: [2, 3, 3.5, 4], y: [1, 1, 1, 1], band }
    const { all } = parseSvg(figure({ panels: [{ title: '', lines: [line] }] }))
    const d = all('[aria-label="area"] path')[0]!.getAttribute('d')!
    expect(d.split('M'), 'in one piece').toHaveLength(2)
    expect(d).not.toContain('NaN')
    expect(d.match(/[ML]/g)).toHaveLength(8)
  })

  it('numbers of a logarithmic axis do not touch: the leading ones stay where there is room for few', () => {
    const { texts } = parseSvg(figure({ width: 692, x: { title: 'parameters, k', min: 236, max: 981, logarithmic: true } }))
    const numbers = (drawn: readonly string[]) => drawn.filter((text) => /^[2-9]00$/.test(text)).map(Number)
    expect(numbers(texts)).toEqual([300, 400, 500, 600, 700, 800, 900])
    const three = ['a', 'b', 'c'].map((title) => ({
      title,
      lines: [{ label: title, endLabel: null, colour: '#112233', x: [240, 900], y: [3, 2] }],
    }))
    const narrow = figure({ width: 692, columns: 3, panels: three, x: { title: 'parameters, k', min: 236, max: 981, logarithmic: true } })
    const shown = numbers(parseSvg(narrow).texts)
    expect(shown).toContain(500)
    expect(new Set(shown).size).toBeLessThan(7)
    const thousands = figure({ x: { title: 'steps', min: 900, max: 60_000, logarithmic: true } })
    expect(parseSvg(thousands).texts).toEqual(expect.arrayContaining(['1k', '10k']))
  })

  /** Where panels begin, and the figure's height in millimetres. */
  const laidOut = (svg: string) => ({
    places: [...svg.matchAll(/<g transform="translate\((-?[\d.]+),(-?[\d.]+)\)" font-size="(?:11|9.5)" text-anchor="middle"/g)].map(
      (match) => [Number(match[1]), Number(match[2])] as const,
    ),
    height: (Number(/height="(\d+)"/.exec(svg)?.[1]) * 25.4) / 96,
  })
  const panels = (...titles: string[]) =>
    titles.map((title) => ({ title, lines: [{ label: title, endLabel: '56 layers', colour: '#112233', x: [2, 3, 4], y: [3, 2, 1] }] }))

  it('lays four panels out two by two in a single column, 89 mm wide and no higher than wide', () => {
    const { places, height } = laidOut(
      figure({ panels: panels('plain', 'residual, shortcut A', 'residual, shortcut B', 'residual, shortcut C') }),
    )
    expect(new Set(places.map(([left]) => left)).size).toBe(2)
    expect(new Set(places.map(([, top]) => top)).size).toBe(2)
    expect(height).toBeLessThan(100)
  })

  it('sets two panels of a single column side by side, with their numbers at the left only', () => {
    const svg = figure({ panels: panels('a', 'b'), y: { title: 'error, %', min: 0, max: 73 } })
    const { places } = laidOut(svg)
    expect(places[0]![1]).toBe(places[1]![1])
    expect(parseSvg(svg).texts.filter((text) => text === '60')).toHaveLength(1)
    expect(parseSvg(svg).texts).toContain('numbers at lines: layers')
  })

  it('draws the only point of a run and points at the edge whole', () => {
    const svg = figure({
      x: { title: 'epoch', min: 0, max: 1 },
      panels: [{ title: '', lines: [{ label: 'one', endLabel: null, colour: '#112233', x: [1], y: [5] }] }],
    })
    const [mark] = parseSvg(svg).all('[aria-label="dot"] circle')
    expect(mark?.closest('[clip-path]')).toBeNull()
  })

  it('writes names of upright lines above the axes, where no curve strikes them through', () => {
    const svg = figure({ panels: [{ title: '', lines: [], verticals: [{ x: 3, label: 'rate × 0.1' }] }] })
    const name = parseSvg(svg)
      .all('text')
      .find((text) => text.textContent === 'rate × 0.1')
    const frame = parseSvg(svg).all('[aria-label="frame"]')[0]
    expect(Number(name?.getAttribute('y'))).toBeLessThan(Number(frame?.getAttribute('y')))
  })

  it('has an upright swatch for an upright line, a mark for a mark', () => {
    const svg = figure({
      key: [
        { label: 'learning rate ÷10', strokeWidth: 0.75, vertical: true },
        { label: 'plain', shape: 'rect' },
      ],
    })
    const upright = parseSvg(svg)
      .all('line')
      .filter((line) => line.getAttribute('x1') === line.getAttribute('x2'))
    expect(upright).toHaveLength(1)
    expect(svg).toContain('M-3.1,-3.1H3.1V3.1H-3.1Z')
  })

  it('leaves title and subtitle out where they are not wanted, and keeps them as the description', () => {
    const whole = figure({ subtitle: 'demo' })
    const bare = figure({ subtitle: 'demo', show: { title: false, subtitle: false } })
    expect(parseSvg(whole).texts).toEqual(expect.arrayContaining(['Batch loss', 'demo']))
    for (const text of ['Batch loss', 'demo']) expect(parseSvg(bare).texts).not.toContain(text)
    expect(bare).toContain('<title>Batch loss</title><desc>demo</desc>')
    expect(laidOut(bare).height).toBeLessThan(laidOut(whole).height - 6)
  })

  it('names lines in the legend, in the order of their ends, where too many end beside a panel', () => {
    const lines = Array.from({ length: 40 }, (_, index) => ({
      label: `${index}`,
      endLabel: `run ${index}`,
      colour: '#112233',
      x: [2, 4],
      y: [1, (index + 1) / 10],
    }))
    const { texts } = parseSvg(figure({ panels: [{ title: '', lines }] }))
    const names = texts.filter((text) => text.startsWith('run '))
    expect(names).toHaveLength(40)
    expect(names[0]).toBe('run 39')
  })

  it('takes no colour that is more than a colour', () => {
    expect(() =>
      figure({ panels: [{ title: '', lines: [{ label: '', endLabel: null, colour: 'red" onload="alert(1)', x: [], y: [] }] }] }),
    ).toThrow()
  })
})
