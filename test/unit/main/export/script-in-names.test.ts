import { describe, expect, it } from 'vitest'
import { curvesFigure } from '../../../../src/main/export/curves-figure.ts'
import { depthFigure } from '../../../../src/main/export/depth-figure.ts'
import { layersFigure } from '../../../../src/main/export/layers-figure.ts'
import { curvesOptions } from '../../../fixtures/figure-runs.ts'
import { sampleRun, type SampleRun } from '../../../fixtures/sample-runs.ts'
import { parseSvg } from '../../../support/drawn-svg.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

describe('script in names', () => {
  const pieces = [
    '<script>alert(1)</script>',
    '</text><image href="x" onerror="alert(1)"/>',
    '<a xlink:href="javascript:alert(1)">',
    '" onload="alert(1)',
    "' onclick='x",
    ']]>',
    '<!--',
    '-->',
    '&lt;',
    '&#60;',
    '<![CDATA[',
    '</svg>',
    '<style>*{}</style>',
    '<foreignObject>',
    '\u202e',
    'x',
  ]
  const random = seededRandom(3)
  const names = Array.from({ length: 60 }, () =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, () => pieces[Math.floor(random() * pieces.length)]).join(''),
  )
  const figures: Readonly<Record<string, (run: SampleRun, title: string | null) => string>> = {
    curves: (run, title) => curvesFigure([run], { ...curvesOptions, title }),
    layers: (run, title) => layersFigure([run], { width: 760, title }),
    depth: ({ summary }, title) => depthFigure([summary], { width: 760, published: false, title }),
  }
  /** All kinds of elements and attributes of a figure. */
  const kinds = (svg: string) =>
    new Set(
      parseSvg(svg)
        .all('*')
        .flatMap((element) => [element.localName, ...element.getAttributeNames().map((name) => `@${name}`)]),
    )

  it.each(Object.keys(figures))(`is text in the %s figure, whatever ${names.length} data sets, recipes and titles are called`, (kind) => {
    const harmless = kinds(figures[kind]!(sampleRun({ family: 'plain', n: 1, train: 0.03, test: 0.09 }), 'a title'))
    for (const name of names) {
      const run = sampleRun({ family: 'plain', n: 1, train: 0.03, test: 0.09, dataset: name })
      const { settings } = run.summary
      const named = { ...run, summary: { ...run.summary, name, settings: { ...settings, recipe: { ...settings.recipe, name } } } }
      for (const title of [name, null])
        expect(
          [...kinds(figures[kind]!(named, title))].filter((each) => !harmless.has(each)),
          name,
        ).toEqual([])
    }
  })
})
