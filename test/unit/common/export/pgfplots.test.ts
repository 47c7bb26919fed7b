import { describe, expect, it } from 'vitest'
import { depthFigure, depthPicture } from '../../../../src/common/export/depth-figure.ts'
import { figureCsv } from '../../../../src/common/export/figure-csv.ts'
import { type Figure, figureSchema } from '../../../../src/common/export/figure.ts'
import { figurePgfplots } from '../../../../src/common/export/pgfplots.ts'
import { latexText } from '../../../../src/common/export/latex.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'
import { texProblems } from '../../../support/tex-problems.ts'

const hostile = '100% of #1 & {x}_$y$ ^~ \\input{x}'

function sample(): Figure {
  return figureSchema.parse({
    title: 'x',
    subtitle: '',
    width: 692,
    x: { title: 'epoch', min: 0, max: 2 },
    y: { title: 'error, %', min: 0, max: 100 },
    panels: [hostile, 'residual'].map((title) => ({
      title,
      verticals: [{ x: 1, label: null }],
      levels: [{ y: 5, label: 'paper' }],
      lines: [
        {
          label: `${hostile}\nnext line`,
          endLabel: hostile,
          colour: '#36124a',
          dashed: true,
          x: [0, 1, 2],
          y: [90, null, 10.123456789],
          band: { low: [80, null, 9], high: [95, null, 11] },
        },
        { label: 'dots', aid: true, endLabel: null, colour: '#1f2328', dots: true, shape: 'rect', x: [1], y: [5] },
      ],
    })),
  })
}

describe('figures for LaTeX', () => {
  it('the lower edge of a band that a logarithmic axis cannot show lies below the axis, not in a gap', () => {
    const figure = sample()
    const y = { ...figure.y, min: 5, logarithmic: true }
    const low = { ...figure.panels[0]!.lines[0]!, band: { low: [80, null, -9], high: [95, null, 11] } }
    const text = figurePgfplots({ ...figure, y, panels: [{ ...figure.panels[0]!, lines: [low] }] })
    expect(text).toMatch(/name path=low\S*\] coordinates \{\(0,80\) \(1,nan\) \(2,0\.5\)\}/)
  })

  it('a figure for pgfplots has balanced groups, known options and every finite number', () => {
    const tex = figurePgfplots(sample())
    expect(texProblems(tex)).toEqual([])
    expect(tex).toContain('coordinates {(0,90) (1,nan) (2,10.12346)}')
    expect(tex).toContain('\\definecolor{skiplab36124a}{HTML}{36124A}')
    expect(tex.match(/\\nextgroupplot/g)).toHaveLength(2)
    const paths = [...tex.matchAll(/name path=(\w+)/g)].map((match) => match[1])
    expect(new Set(paths).size, 'each strip has its own ends').toBe(4)
  })

  it('a figure with bars becomes error bars of pgfplots', () => {
    const runs = [1, 2].map((seed) => sampleRun({ family: 'plain', n: 3, seed, train: 0.02 * seed, test: 0.1 }).summary)
    const tex = figurePgfplots(figureSchema.parse(depthFigure(depthPicture(runs, false)!, { width: 336, title: null })))
    expect(texProblems(tex)).toEqual([])
    expect(tex).toMatch(
      /error bars\/\.cd, error bar style=\{solid\}, y dir=both, y explicit\] coordinates \{\(20,3\) \+- \(0,1\.414214\)\}/,
    )
  })

  it('names are text in LaTeX, whatever they hold', () => {
    expect(latexText(hostile)).toBe(
      '100\\% of \\#1 \\& \\{x\\}\\_\\$y\\$ \\textasciicircum{}\\textasciitilde{} \\textbackslash{}input\\{x\\}',
    )
  })

  it('a figure’s table has a row a point with its axes and its spread, and no marks twice', () => {
    const lines = figureCsv(sample()).trimEnd().split('\r\n')
    expect(lines[0]).toBe('panel,line,x_axis,y_axis,x,y,low,high')
    expect(lines).toHaveLength(1 + 2 * 3)
    expect(lines.at(-1)).toMatch(/^residual,"100% of [^"]+\nnext line","?epoch"?,"error, %",2,10.123456789,9,11$/)
  })
})
