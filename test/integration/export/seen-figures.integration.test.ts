import { describe, expect, it } from 'vitest'
import { variantShape } from '../../../src/common/export/depth-figure.ts'
import { figureFormats, figureSchema } from '../../../src/common/export/figure.ts'
import { networkDesignSchema } from '../../../src/common/network/design.ts'
import { buildNetwork } from '../../../src/common/network/network.ts'
import { curvesFigure } from '../../../src/main/export/curves-figure.ts'
import { depthFigure } from '../../../src/main/export/depth-figure.ts'
import { type Element, parseFigure, textsOf } from '../../../src/main/export/figure-text.ts'
import { textWidth } from '../../../src/main/export/fonts.ts'
import { layersFigure } from '../../../src/main/export/layers-figure.ts'
import { lineFigure } from '../../../src/main/export/line-figure.ts'
import { networkFigure } from '../../../src/main/export/network-figure.ts'
import { renderFigure } from '../../../src/main/export/render.ts'
import { scatterFigure } from '../../../src/renderer/src/features/runs/scatter-figure.ts'
import { publishedPoints, runPoints } from '../../../src/renderer/src/features/runs/scatter-points.ts'
import { sampleRun } from '../../fixtures/sample-runs.ts'
import { type Raster, rasterise } from '../../support/rasterise.ts'

const runs = (['plain', 'residual'] as const).flatMap((family) =>
  [3, 5, 9].flatMap((n, index) =>
    [1, 2, 3].map((seed) =>
      sampleRun({ family, n, seed, train: 0.02, test: 0.08 + (family === 'plain' ? 0.03 : -0.01) * index + 0.004 * seed }),
    ),
  ),
)
const summaries = runs.map((run) => run.summary)
const figures: Readonly<Record<string, (width: number) => string>> = {
  curves: (width) =>
    curvesFigure(runs, { x: 'auto', width, maximumError: null, published: true, title: 'Głębokość, βάθος, độ sâu, глубина' }),
  layers: (width) => layersFigure(runs, { width, title: null }),
  depth: (width) => depthFigure(summaries, { width, published: true, title: null }),
  network: (width) =>
    networkFigure(
      ['plain', 'residual'].map((family) => buildNetwork(networkDesignSchema.parse({ family, n: 2 }))),
      { width, title: null },
    ),
  scatter: (width) =>
    lineFigure(
      figureSchema.parse({
        ...scatterFigure({
          points: runPoints(summaries, 'layers', 'test', true),
          published: publishedPoints('layers', 'test', runPoints(summaries, 'layers', 'test', true)),
          xTitle: 'layers',
          yTitle: 'test error, %',
          logarithmic: true,
          ticks: [20, 32, 56],
          shapeOf: variantShape,
        }),
        width,
      }),
    ),
}

/** A text of a figure, its colour, and the box of its letters in CSS pixels. */
interface SeenText {
  readonly text: string
  readonly colour: readonly number[]
  readonly box: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }
}

/** All level texts of a figure. */
function levelTexts(svg: string): SeenText[] {
  return textsOf(parseFigure(svg)).flatMap(({ element, text, size, weight, anchor, x, y }): SeenText[] => {
    const place = placeOf(element)
    if (!place || !text.trim()) return []
    const width = textWidth(text, size, weight)
    const left = x - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0)
    const to = (px: number, py: number) => ({ x: place.x + place.scale * px, y: place.y + place.scale * py })
    const [low, high] = [to(left, y - 0.73 * size), to(left + width, y)]
    return [{ text, colour: colourOf(element), box: { left: low.x, right: high.x, top: low.y, bottom: high.y } }]
  })
}

/** Shift and scale by the groups around a text; null where it is turned. */
function placeOf(element: Element): { x: number; y: number; scale: number } | null {
  let place = { x: 0, y: 0, scale: 1 }
  for (let at: Element | null = element; at; at = at.parentElement) {
    const transform = at.getAttribute('transform') ?? ''
    if (transform.includes('rotate')) return null
    const [, grown = '1'] = /scale\(([\d.]+)\)/.exec(transform) ?? []
    const [, dx = '0', dy = '0'] = /translate\(([-\d.]+),([-\d.]+)\)/.exec(transform) ?? []
    place = { x: place.x * Number(grown) + Number(dx), y: place.y * Number(grown) + Number(dy), scale: place.scale * Number(grown) }
  }
  return place
}

function colourOf(element: Element): number[] {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const fill = at.getAttribute('fill')
    if (fill?.startsWith('#')) return [1, 3, 5].map((start) => Number.parseInt(fill.slice(start, start + 2), 16))
  }
  return [0, 0, 0]
}

/** The share of a text's box that has its colour: about a fifth where letters are whole. */
function inkShare(raster: Raster, { colour, box }: SeenText): number {
  let [inked, all] = [0, 0]
  for (let y = box.top * raster.scale; y < box.bottom * raster.scale; y++) {
    for (let x = box.left * raster.scale; x < box.right * raster.scale; x++) {
      const pixel = raster.at(x, y)
      all++
      if (Math.hypot(...pixel.map((value, channel) => value - colour[channel]!)) < 60) inked++
    }
  }
  return inked / all
}

describe.each(Object.keys(figures))('the %s figure as a reader sees it', (kind) => {
  it.each(figureFormats.flatMap((format) => [336, 692].map((width) => [format, width] as const)))(
    'a figure shows every word in its colour where it belongs, as %s, %i px wide',
    async (format, width) => {
      const svg = figures[kind]!(width)
      const raster = await rasterise(await renderFigure(svg, format), format)
      expect(Math.abs(raster.width - width * raster.scale)).toBeLessThan(4)
      const texts = levelTexts(svg)
      expect(texts.length).toBeGreaterThan(10)
      // Full stops and minus signs are smaller than what antialiasing leaves of them.
      const unseen = texts
        .filter((text) => /[\p{L}\p{N}]/u.test(text.text))
        .map((text) => ({ text: text.text, share: inkShare(raster, text) }))
        .filter(({ share }) => share < 0.08)
      expect(unseen).toEqual([])
    },
  )
})
