import { nOfDepth } from '../../../../src/common/network/architectures/cifar.ts'
import { depthOf } from '../../../../src/common/network/design.ts'
import { parseHTML } from 'linkedom'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { type FigureInput, figureSchema } from '../../../../src/common/export/figure.ts'
import { curvesFigure } from '../../../../src/main/export/curves-figure.ts'
import { depthFigure } from '../../../../src/main/export/depth-figure.ts'
import { spread } from '../../../../src/main/export/figure-style.ts'
import { layersFigure } from '../../../../src/main/export/layers-figure.ts'
import { lineFigure } from '../../../../src/main/export/line-figure.ts'
import { lettersWithoutFont, piecesOf } from '../../../../src/main/export/fonts.ts'
import { fontWarning, renderFigure } from '../../../../src/main/export/render.ts'
import { outlineText } from '../../../../src/main/export/text-outlines.ts'
import { sampleRun, type SampleRun } from '../../../fixtures/sample-runs.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const runs = [
  sampleRun({ family: 'plain', n: 3, train: 0.03, test: 0.09 }),
  sampleRun({ family: 'plain', n: 9, train: 0.08, test: 0.13 }),
  sampleRun({ family: 'residual', n: 3, train: 0.02, test: 0.085 }),
  sampleRun({ family: 'residual', n: 9, train: 0.01, test: 0.07 }),
]
const options = { x: 'auto', width: 760, maximumError: null, published: false, title: null } as const

/** What the tests use of an element; the DOM's own types are not loaded here. */
interface Drawn {
  readonly textContent: string
  readonly localName: string
  getAttributeNames(): string[]
  getAttribute(name: string): string | null
  closest(selector: string): Drawn | null
}

function parse(svg: string) {
  const { document } = parseHTML(`<html><body>${svg}</body></html>`) as unknown as {
    document: { querySelectorAll(selector: string): Iterable<Drawn> }
  }
  const all = (selector: string) => [...document.querySelectorAll(selector)]
  const texts = all('text').map((element) => element.textContent)
  /** Drawn series, by line pattern: the marks of Plot are labelled groups of paths. */
  const lines = (dashed: boolean) =>
    all('[aria-label="line"] path').filter((path) => (path.closest('[stroke-dasharray]') !== null) === dashed)
  return { all, texts, lines }
}

const pointCount = (path: Drawn) => (path.getAttribute('d') ?? '').split('L').length

describe('the curves figure', () => {
  it('draws each network’s training error dashed and its test error solid, with a point an epoch', () => {
    const { lines } = parse(curvesFigure(runs, options))
    expect(lines(true)).toHaveLength(4)
    expect(lines(false)).toHaveLength(4)
    for (const path of [...lines(true), ...lines(false)]) expect(pointCount(path)).toBe(30)
  })

  it('gives a depth the same colour in both panels, and other depths another', () => {
    const { lines } = parse(curvesFigure(runs, options))
    const colours = lines(false).map((path) => path.closest('[stroke]')?.getAttribute('stroke'))
    expect(new Set(colours).size).toBe(2)
    expect(colours.filter((colour) => colour === colours[0])).toHaveLength(2)
  })

  it('names panels, axes and line ends', () => {
    const { texts } = parse(curvesFigure(runs, options))
    for (const text of ['plain', 'residual, shortcut A', 'error, %', 'epoch', 'learning rate ÷10']) expect(texts).toContain(text)
    expect(texts.filter((text) => text === '56 layers')).toHaveLength(2)
  })

  it('counts iterations in thousands when asked', () => {
    expect(parse(curvesFigure(runs, { ...options, x: 'iterations' })).texts).toContain('iterations, ×1000')
  })

  it('names the band over seeds, and has none for single seeds', () => {
    const seeds = runs.flatMap((run) => {
      const { network } = run.summary.settings
      const last = run.summary.lastEpoch!
      return [
        run,
        sampleRun({
          family: network.family,
          n: nOfDepth(depthOf(network))!,
          seed: 2,
          train: last.train.error + 0.01,
          test: last.test.error + 0.01,
        }),
      ]
    })
    const { texts, lines } = parse(curvesFigure(seeds, options))
    expect(texts).toContain('test error, mean ± std of 2 seeds')
    expect(lines(false)).toHaveLength(4)
    expect(parse(curvesFigure(runs, options)).texts.join()).not.toContain('±')
  })

  it('holds the bands of the later half of training whole', () => {
    const wide = [0.05, 0.55].map((test, index) => sampleRun({ family: 'plain', n: 3, seed: index + 1, train: 0.01, test }))
    const { all } = parse(curvesFigure(wide, options))
    const frame = Number(all('[aria-label="frame"]')[0]!.getAttribute('y'))
    const tops = (all('[aria-label="area"] path')[0]!.getAttribute('d') ?? '')
      .slice(1, -1)
      .split('L')
      .map((pair) => pair.split(',').map(Number))
    const later = tops.filter(([x]) => x! > tops[0]![0]! + 0.6 * (Math.max(...tops.map(([at]) => at!)) - tops[0]![0]!))
    expect(Math.min(...later.map(([, y]) => y!))).toBeGreaterThanOrEqual(frame)
  })

  it('can begin its error axis where the data do', () => {
    const bad = [sampleRun({ family: 'plain', n: 3, train: 0.5, test: 0.6, epochs: 3 })]
    const zero = (svg: string) =>
      parse(svg)
        .all('[aria-label="y-axis tick label"] text')
        .some((text) => text.textContent === '0')
    expect(zero(curvesFigure(bad, options))).toBe(true)
    expect(zero(curvesFigure(bad, { ...options, fit: true }))).toBe(false)
  })

  it('shows published values in grey with their source only when asked', () => {
    expect(parse(curvesFigure(runs, { ...options, published: true })).texts).toContain('56: 6.97, paper')
    expect(parse(curvesFigure(runs, options)).texts.join()).not.toContain('6.97, paper')
  })

  it('marks a diverged run', () => {
    const diverged = sampleRun({ family: 'plain', n: 18, train: 0.9, test: 0.9, state: 'diverged', epochs: 30 })
    expect(parse(curvesFigure([...runs, diverged], options)).texts).toContain('110 layers ×')
  })

  it('shows script in names as text', () => {
    const evil = sampleRun({ family: 'plain', n: 3, train: 0.03, test: 0.09, dataset: '<script>alert(1)</script>"&' })
    const svg = curvesFigure([evil], options)
    expect(svg).not.toContain('<script')
    expect(parse(svg).all('script')).toEqual([])
  })

  it('refuses runs without an epoch in words', () => {
    expect(() =>
      curvesFigure(
        [sampleRun({ family: 'plain', n: 3, train: 0, test: 0, epochs: 30 })].map((run) => ({ ...run, epochs: [] })),
        options,
      ),
    ).toThrow(/no curve to draw/)
  })
})

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
    curves: (run, title) => curvesFigure([run], { ...options, title }),
    layers: (run, title) => layersFigure([run], { width: 760, title }),
    depth: ({ summary }, title) => depthFigure([summary], { width: 760, published: false, title }),
  }
  /** All kinds of elements and attributes of a figure. */
  const kinds = (svg: string) =>
    new Set(
      parse(svg)
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

describe('the layers figure', () => {
  it('sets plain beside residual on the same axes, a line a depth, the lower row sorted downwards', () => {
    const { all, texts } = parse(layersFigure(runs, { width: 760, title: null }))
    for (const text of ['plain', 'residual, shortcut A']) expect(texts.filter((one) => one === text)).toHaveLength(1)
    const paths = all('[aria-label="line"] path')
    expect(paths).toHaveLength(8)
    expect(paths.map(pointCount).sort((a, b) => a - b)).toEqual([19, 19, 19, 19, 55, 55, 55, 55])
    const heights = (paths.at(-1)!.getAttribute('d') ?? '')
      .slice(1)
      .split('L')
      .map((pair) => Number(pair.split(',')[1]))
    expect(heights).toEqual([...heights].sort((a, b) => a - b))
  })

  it('draws the mean over seeds', () => {
    const seeds = [1, 2, 3].map((seed) => sampleRun({ family: 'plain', n: 3, seed, train: 0.03, test: 0.09 }))
    const { all, texts } = parse(layersFigure(seeds, { width: 760, title: null }))
    expect(all('[aria-label="line"] path')).toHaveLength(2)
    expect(texts.join()).toContain('mean of up to 3 seeds')
  })

  it('uses its plot: values between 0.8 and 1 do not lie in the upper fifth of it', () => {
    const high = [sampleRun({ family: 'plain', n: 3, train: 0.03, test: 0.09 })].map((run) => ({
      ...run,
      statistics: run.statistics.map((one, index) => ({ ...one, std: 0.8 + (0.2 * index) / 18 })),
    }))
    const { all } = parse(layersFigure(high, { width: 760, title: null }))
    const heights = (all('[aria-label="line"] path')[0]!.getAttribute('d') ?? '')
      .slice(1)
      .split('L')
      .map((pair) => Number(pair.split(',')[1]))
    const frame = all('[aria-label="frame"]')[0]!
    expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(0.8 * Number(frame.getAttribute('height')))
  })
})

describe('the depth figure', () => {
  it('draws training and test error of both families against layers', () => {
    const { all, texts } = parse(
      depthFigure(
        runs.map((run) => run.summary),
        { width: 760, published: true, title: null },
      ),
    )
    for (const text of ['training error', 'test error', 'layers', 'plain', 'residual A', 'paper, Table 6']) expect(texts).toContain(text)
    expect(all('[aria-label="dot"] circle, [aria-label="dot"] path')).toHaveLength(8 + 2)
  })
})

describe('labels at line ends', () => {
  it('are moved apart, keep their order and stay inside', () => {
    const places = spread([50, 51, 49, 100, 52], 13, 0, 110)
    const order = [2, 0, 1, 4, 3]
    const sorted = order.map((index) => places[index]!)
    for (let i = 1; i < sorted.length; i++) expect(sorted[i]! - sorted[i - 1]!).toBeGreaterThan(12.5)
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...places)).toBeLessThanOrEqual(110)
  })
})

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
    const { all, texts } = parse(figure())
    const [path] = all('[aria-label="line"] path')
    expect((path?.getAttribute('d') ?? '').split('M')).toHaveLength(3)
    expect(all('clipPath')).not.toEqual([])
    expect(texts).toContain('end')
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
    expect(parse(svg).texts.filter((text) => text === '60')).toHaveLength(1)
    expect(parse(svg).texts).toContain('numbers at lines: layers')
  })

  it('draws the only point of a run and points at the edge whole', () => {
    const svg = figure({
      x: { title: 'epoch', min: 0, max: 1 },
      panels: [{ title: '', lines: [{ label: 'one', endLabel: null, colour: '#112233', x: [1], y: [5] }] }],
    })
    const [mark] = parse(svg).all('[aria-label="dot"] circle')
    expect(mark?.closest('[clip-path]')).toBeNull()
  })

  it('writes names of upright lines above the axes, where no curve strikes them through', () => {
    const svg = figure({ panels: [{ title: '', lines: [], verticals: [{ x: 3, label: 'rate × 0.1' }] }] })
    const name = parse(svg)
      .all('text')
      .find((text) => text.textContent === 'rate × 0.1')
    const frame = parse(svg).all('[aria-label="frame"]')[0]
    expect(Number(name?.getAttribute('y'))).toBeLessThan(Number(frame?.getAttribute('y')))
  })

  it('has an upright swatch for an upright line, a mark for a mark', () => {
    const svg = figure({
      key: [
        { label: 'learning rate ÷10', strokeWidth: 0.75, vertical: true },
        { label: 'plain', shape: 'rect' },
      ],
    })
    const upright = parse(svg)
      .all('line')
      .filter((line) => line.getAttribute('x1') === line.getAttribute('x2'))
    expect(upright).toHaveLength(1)
    expect(svg).toContain('M-3.1,-3.1H3.1V3.1H-3.1Z')
  })

  it('leaves title and subtitle out where they are not wanted, and keeps them as the description', () => {
    const whole = figure({ subtitle: 'demo' })
    const bare = figure({ subtitle: 'demo', show: { title: false, subtitle: false } })
    expect(parse(whole).texts).toEqual(expect.arrayContaining(['Batch loss', 'demo']))
    for (const text of ['Batch loss', 'demo']) expect(parse(bare).texts).not.toContain(text)
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
    const { texts } = parse(figure({ panels: [{ title: '', lines }] }))
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

describe('figure files', () => {
  it('carries its fonts in an SVG', async () => {
    const svg = (await renderFigure(curvesFigure(runs, options), 'svg')).toString()
    expect(svg.match(/@font-face\{font-family:Inter;font-weight:(400|600);src:url\(data:font\/woff;base64,/g)).toHaveLength(2)
    const greek = (await renderFigure(curvesFigure(runs, { ...options, title: 'Βάθος' }), 'svg')).toString()
    expect(greek.match(/@font-face/g)).toHaveLength(3)
    expect(greek).toContain('unicode-range:U+0370-0377')
  })

  it('needs no font of the system for a PNG: every letter is an outline', () => {
    const svg = curvesFigure(runs, options)
    const { all } = parse(outlineText(svg))
    expect(all('text')).toEqual([])
    expect(all('path').length).toBe(parse(svg).all('path').length + parse(svg).texts.length)
    expect(all('path').every((path) => !(path.getAttribute('d') ?? '').includes('NaN'))).toBe(true)
  })

  it.each(['Глубина сети', 'Βάθος δικτύου ἀρχή', 'głębokość żółć', 'ağ derinliği İstanbul', 'độ sâu của mạng', 'Größe, profondità, ± × ÷'])(
    'has letters for "%s" and no boxes',
    async (title) => {
      expect(lettersWithoutFont(title)).toEqual([])
      const svg = curvesFigure(runs, { ...options, title })
      expect(await fontWarning(svg, 'png')).toBeNull()
      for (const weight of [400, 600] as const)
        for (const { text, face } of piecesOf(title, weight))
          expect(
            face.font.layout(text).glyphs.every((glyph) => glyph.id !== 0),
            text,
          ).toBe(true)
    },
  )

  it('says which letters no bundled font has, for each format, and leaves them as text in an SVG', async () => {
    const svg = curvesFigure(runs, { ...options, title: '网络深度 and depth' })
    expect(await fontWarning(svg, 'pdf')).toMatch(/no letters for 网 络 深 度: they are boxes in the PDF/)
    expect(await fontWarning(svg, 'svg')).toMatch(/in a font of their own system/)
    expect((await renderFigure(svg, 'svg')).toString()).toContain('网络深度 and depth')
  })

  it('renders a PNG at three pixels a point', async () => {
    const png = await renderFigure(curvesFigure(runs, options), 'png')
    const { format, width } = await sharp(png).metadata()
    expect({ format, width }).toEqual({ format: 'png', width: 2280 })
  })

  it('renders a PDF page of its size with the fonts inside', async () => {
    const pdf = (await renderFigure(curvesFigure(runs, options), 'pdf')).toString('latin1')
    expect(pdf).toMatch(/^%PDF-1\.\d/)
    expect(pdf).toMatch(/\/MediaBox \[0 0 570 /)
    expect(pdf).toMatch(/\+Inter-Regular/)
    expect(pdf).toMatch(/\+Inter-SemiBold/)
  })
})
