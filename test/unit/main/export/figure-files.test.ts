import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { curvesFigure } from '../../../../src/main/export/curves-figure.ts'
import { lettersWithoutFont, piecesOf } from '../../../../src/main/export/fonts.ts'
import { fontWarning, renderFigure } from '../../../../src/main/export/render.ts'
import { outlineText } from '../../../../src/main/export/text-outlines.ts'
import { curvesOptions, figureRuns } from '../../../fixtures/figure-runs.ts'
import { parseSvg } from '../../../support/drawn-svg.ts'

describe('figure files', () => {
  it('carries its fonts in an SVG', async () => {
    const svg = (await renderFigure(curvesFigure(figureRuns, curvesOptions), 'svg')).toString()
    expect(svg.match(/@font-face\{font-family:Inter;font-weight:(400|600);src:url\(data:font\/woff;base64,/g)).toHaveLength(2)
    const greek = (await renderFigure(curvesFigure(figureRuns, { ...curvesOptions, title: 'Βάθος' }), 'svg')).toString()
    expect(greek.match(/@font-face/g)).toHaveLength(3)
    expect(greek).toContain('unicode-range:U+0370-0377')
  })

  it('needs no font of the system for a PNG: every letter is an outline', () => {
    const svg = curvesFigure(figureRuns, curvesOptions)
    const { all } = parseSvg(outlineText(svg))
    expect(all('text')).toEqual([])
    expect(all('path').length).toBe(parseSvg(svg).all('path').length + parseSvg(svg).texts.length)
    expect(all('path').every((path) => !(path.getAttribute('d') ?? '').includes('NaN'))).toBe(true)
  })

  it.each(['Глубина сети', 'Βάθος δικτύου ἀρχή', 'głębokość żółć', 'ağ derinliği İstanbul', 'độ sâu của mạng', 'Größe, profondità, ± × ÷'])(
    'has letters for "%s" and no boxes',
    async (title) => {
      expect(lettersWithoutFont(title)).toEqual([])
      const svg = curvesFigure(figureRuns, { ...curvesOptions, title })
      expect(await fontWarning(svg, 'png')).toBeNull()
      for (const weight of [400, 600] as const)
        for (const { text, face } of piecesOf(title, weight))
          expect(
            face.font.layout(text).glyphs.every((glyph) => glyph.id !== 0),
            text,
          ).toBe(true)
    },
  )

  it('writes signs of the field that no bundled font has by stand-ins, so that none is a box', () => {
    const written = (text: string): string => piecesOf(text, 600).reduce((all, piece) => all + piece.text, '')
    expect(written('56: ≈ 13.5 †, paper')).toBe('56: ~ 13.5 †, paper')
    expect(written('‖∂L/∂w‖')).toBe('||dL/dw||')
    expect(lettersWithoutFont('‖∂L/∂w‖ ≈ 1 ± 0.1 †')).toEqual([])
  })

  it('says which letters no bundled font has, for each format, and leaves them as text in an SVG', async () => {
    const svg = curvesFigure(figureRuns, { ...curvesOptions, title: '网络深度 and depth' })
    expect(await fontWarning(svg, 'pdf')).toMatch(/no letters for 网 络 深 度: they are boxes in the PDF/)
    expect(await fontWarning(svg, 'svg')).toMatch(/in a font of their own system/)
    expect((await renderFigure(svg, 'svg')).toString()).toContain('网络深度 and depth')
  })

  it('renders a PNG at three pixels a point', async () => {
    const png = await renderFigure(curvesFigure(figureRuns, curvesOptions), 'png')
    const { format, width } = await sharp(png).metadata()
    expect({ format, width }).toEqual({ format: 'png', width: 2280 })
  })

  it('renders a PDF page of its size with the fonts inside', async () => {
    const pdf = (await renderFigure(curvesFigure(figureRuns, curvesOptions), 'pdf')).toString('latin1')
    expect(pdf).toMatch(/^%PDF-1\.\d/)
    expect(pdf).toMatch(/\/MediaBox \[0 0 570 /)
    expect(pdf).toMatch(/\+Inter-Regular/)
    expect(pdf).toMatch(/\+Inter-SemiBold/)
  })
})
