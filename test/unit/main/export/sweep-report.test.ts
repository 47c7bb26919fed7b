import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chooseRuns } from '../../../../src/common/gallery/choose-runs.ts'
import { runFigures } from '../../../../src/common/gallery/run-figures.ts'
import { sweepSchema } from '../../../../src/common/sweep/sweep.ts'
import { composeReport } from '../../../../src/main/export/sweep-report/compose.ts'
import { galleryFigure } from '../../../../src/main/export/gallery/gallery-figures.ts'
import { lineFigure } from '../../../../src/main/export/line-figure.ts'
import { reportHtml } from '../../../../src/main/export/sweep-report/html.ts'
import { reportPdf } from '../../../../src/main/export/sweep-report/pdf.ts'
import { parseSvg } from '../../../support/drawn-svg.ts'
import { reportInput, reportRuns } from '../../../fixtures/report-input.ts'

const hostile = '</script><script>document.title="taken"</script><img src=x onerror=alert(1)>"&'
const runs = reportRuns
const input = reportInput(hostile)
const report = composeReport(input)
const folder = process.env.SKIPLAB_KEEP_FIGURES

describe('the report of a sweep', () => {
  const html = reportHtml(report)

  it('a report is one file below 5 MB that names no address and allows nothing but its own script and style', () => {
    if (folder) writeFileSync(join(folder, 'report.html'), html)
    expect(html.length).toBeLessThan(5_000_000)
    expect(html).toMatch(/default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; font-src data:/)
    expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(/(?:src|href)="(?!#|data:)|url\((?!data:|#)|@import|https?:\/\//)
  })

  it('names of people’s making are text in a report', () => {
    expect(html.match(/<script/g)).toHaveLength(2)
    expect(html).not.toContain('<img')
    expect(html).toContain('&lt;/script&gt;&lt;script&gt;document.title=&quot;taken&quot;')
  })

  it('a report holds question, answer, settings, curves, tables, verdict, comparisons, layers, environment and how to repeat it', () => {
    const titles = report.blocks.flatMap((block) => (block.kind === 'section' ? [block.title] : []))
    expect(titles).toEqual([
      ...['Question and answer', 'Settings', 'Curves', 'Results', 'Published numbers', 'Verdict', 'Comparisons', 'Analyses', 'Runs'],
      'Environment',
      'How to repeat it',
    ])
    expect(report.blocks.flatMap((block) => (block.kind === 'file' ? [block.name] : []))).toContain('epochs.csv')
    const commands = report.blocks.flatMap((block) => (block.kind === 'commands' ? block.lines : []))
    expect(commands.join('\n')).toContain('npx skiplab sweep run script-script-document-title-taken')
  })

  it('a report tells the finished analyses of its runs, with their numbers as a file', () => {
    const { id, name } = runs[0]!.summary
    const layer = { layer: 'stem', mean: 0.1, std: 0.5, weightNorm: 2, gradientNorm: null }
    const withAnalysis = composeReport({
      ...input,
      analyses: [
        {
          analysis: {
            ...{ id: 4, kind: 'layers', runIds: [id], checkpoint: 'last', split: 'test', options: { images: 10 }, state: 'finished' },
            ...{ reason: null, epochs: [30], device: null, attempt: 1, queuedAt: 0, startedAt: 1, finishedAt: 2 },
          },
          result: { runs: [{ runId: id, images: 10, layers: [layer], relus: [], blocks: [] }] },
        },
      ],
    })
    const texts = withAnalysis.blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : []))
    expect(texts).toContain(`${name}: mean std 0.5.`)
    expect(texts).toContain('Analysis 4: checkpoint last, test images; Images: 10.')
    const file = withAnalysis.blocks.find((block) => block.kind === 'file' && block.name === 'analysis-4-layers.csv')
    expect(file).toMatchObject({ text: expect.stringContaining(',30,stem,0.5,0.1,2,') as string })
  })

  it('a report answers the question that was written down before the sweep, and says that a person’s own images must be imported', () => {
    const question = { of: { family: 'residual', depth: 56 }, against: { family: 'plain', depth: 56 }, direction: 'lower' }
    const asking = sweepSchema.parse({ ...input.sweep, question })
    const { blocks } = composeReport({ ...input, sweep: asking, isImported: true })
    const answers = blocks.flatMap((block) => (block.kind === 'text' && block.tone === 'answer' ? [block.text] : []))
    expect(blocks[1]).toMatchObject({
      text: expect.stringContaining('Is the test error of residual-56 A lower than that of plain-56') as string,
    })
    expect(answers).toEqual([expect.stringMatching(/^Yes\. 7\.29 ± 0\.14 % against 13\.67 ± 0\.33 %/)])
    const lines = blocks.flatMap((block) => (block.kind === 'commands' ? block.lines : []))
    expect(lines[0]).toBe('npx skiplab data add cifar10 --from PATH --workspace repeated-lab')
    expect(lines.join('\n')).toContain("--ask 'residual-56 A < plain-56'")
  })

  it('a report as PDF has pages of text and vectors in embedded fonts, and the sweep’s file inside', async () => {
    const pdf = await reportPdf(report)
    if (folder) writeFileSync(join(folder, 'report.pdf'), pdf)
    const text = pdf.toString('latin1')
    expect(text).toMatch(/^%PDF-1\.\d/)
    expect(text).toContain('/FontFile2')
    expect(text).not.toContain('/Subtype /Type1')
    expect(text).not.toContain('/Subtype /Image')
    expect(text.match(/\/Type \/Page\b/g)!.length).toBeGreaterThan(2)
    expect(text).toContain('/EmbeddedFile')
  })
})

describe('figures of the gallery', () => {
  const reader = {
    epochs: (id: number) => runs.find(({ summary }) => summary.id === id)!.epochs,
    layers: (id: number) => runs.find(({ summary }) => summary.id === id)!.statistics,
  }
  const drawn = (id: (typeof runFigures)[number]['id'], width = 692) => {
    const chosen = chooseRuns(
      runFigures.find((one) => one.id === id)!,
      runs.map(({ summary }) => summary),
    )
    const figure = galleryFigure(chosen, reader, { width, show: { title: false, subtitle: false } })
    if (folder) writeFileSync(join(folder, `${id}-${width}.svg`), lineFigure(figure))
    return { figure, ...parseSvg(lineFigure(figure)) }
  }

  it('figure 1 has training error left and test error right, of plain nets alone, by iterations', () => {
    const { figure, texts } = drawn('figure-1')
    expect(figure.panels.map(({ title }) => title)).toEqual(['training error', 'test error'])
    expect(figure.panels.map(({ lines }) => lines.length)).toEqual([2, 2])
    expect(figure.x.title).toBe('iterations, ×1000')
    expect(texts).toContain('56 layers')
  })

  it('figure 6 has plain nets left and residual nets right, training error dashed', () => {
    const { figure, lines } = drawn('figure-6')
    expect(figure.panels.map(({ title }) => title)).toEqual(['plain', 'residual, shortcut A'])
    expect(lines(true)).toHaveLength(4)
    drawn('figure-6', 336)
  })

  it('figure 7 has all nets in one panel, in order above and sorted below, plain ones dashed', () => {
    const { figure } = drawn('figure-7')
    expect(figure.panels).toHaveLength(2)
    expect(figure.panels[0]!.lines.map(({ endLabel, dashed }) => [endLabel, dashed])).toEqual([
      ['plain-20', true],
      ['plain-56', true],
      ['residual-20 A', false],
      ['residual-56 A', false],
    ])
    const sorted = figure.panels[1]!.lines[1]!.y
    expect(sorted).toEqual([...sorted].sort((a, b) => b! - a!))
  })

  it('error against cost has an axis of its own for each cost, and an error’s mean and spread', () => {
    const { figure, texts } = drawn('error-cost')
    expect(figure.panels.map(({ x }) => x?.title)).toEqual(['multiply-adds, M', 'parameters, k', 'training, minutes'])
    const [plain] = figure.panels[1]!.lines
    expect(plain!.x[0]).toBeCloseTo(269.722)
    expect(plain!.y[0]).toBeCloseTo(100 * (0.09 + 2 / 500))
    expect(plain!.band!.high[0]! - plain!.y[0]!).toBeCloseTo(0.2)
    expect(texts).toContain('parameters, k')
    drawn('error-depth')
  })
})
