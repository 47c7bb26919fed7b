import { describe, expect, it } from 'vitest'
import { analyses, analysisKinds } from '../../../../src/common/analyses/analyses.ts'
import type { ReportBlock } from '../../../../src/common/report/sweep-report.ts'
import { composeReport } from '../../../../src/main/export/sweep-report/compose.ts'
import { reportHtml } from '../../../../src/main/export/sweep-report/html.ts'
import { reportPdf } from '../../../../src/main/export/sweep-report/pdf.ts'
import { analysesOfEveryKind, reportInput, reportRuns, similarityOf } from '../../../fixtures/report-input.ts'
import { canonicalSettings } from '../../../../src/common/training/run-settings.ts'
import { type SampleRun, sampleRun } from '../../../fixtures/sample-runs.ts'

const input = reportInput('depth')
const factsOf = (blocks: readonly ReportBlock[]) => new Map(blocks.flatMap((block) => (block.kind === 'facts' ? block.facts : [])))
const textsOf = (blocks: readonly ReportBlock[]) => blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : []))
const captionsOf = (blocks: readonly ReportBlock[]) =>
  blocks.flatMap((block) => (block.kind === 'figure' || block.kind === 'map' ? [block.caption] : []))
const tableOf = (blocks: readonly ReportBlock[], words: string) =>
  blocks.flatMap((block) => (block.kind === 'table' && block.caption.includes(words) ? [block] : []))[0]

/** The same run at another learning rate. */
function atRate(run: SampleRun, learningRate: number): SampleRun {
  const { settings, id } = run.summary
  const changed = { ...settings, recipe: { ...settings.recipe, learningRate } }
  return { ...run, summary: { ...run.summary, id: id + 5000, settings: changed, settingsHash: canonicalSettings(changed) } }
}

describe('what a report has', () => {
  const { blocks } = composeReport(input)

  it('a report holds its networks against published numbers, says what differs, and draws these beside curves and depths', () => {
    const published = tableOf(blocks, 'its review and public ports')!
    expect(published.rows.find((row) => row[0] === 'residual-56 A' && row[7] === 'He et al. 2015, Table 6')).toEqual([
      'residual-56 A',
      'top-1 error, test images',
      '7.29 ± 0.14 %',
      '6.97',
      '+0.32',
      'a',
      'last epoch, single view',
      'He et al. 2015, Table 6',
    ])
    expect(textsOf(blocks)).toContain('a: recipe: epochs 30 instead of 64000 iterations.')
    const [curves, depth] = blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure] : []))
    expect(curves!.panels.flatMap(({ levels }) => levels.map(({ label }) => label))).toContain('56: 6.97 †, paper')
    expect(depth!.panels[1]!.lines.map(({ label }) => label)).toContain('paper, residual A †')
  })

  it('a report of runs on other data draws no published number', () => {
    const shapes = reportInput('shapes', [sampleRun({ family: 'residual', n: 9, train: 0.1, test: 0.2, dataset: 'shapes-10' })])
    const figures = composeReport(shapes).blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure] : []))
    expect(JSON.stringify(figures)).not.toMatch(/paper|published/)
  })

  it('every figure of a report says of how many seeds it is, how these were trained and on which data', () => {
    const captions = captionsOf(composeReport({ ...input, analyses: analysesOfEveryKind(idOf(0), idOf(3)) }).blocks)
    expect(captions.length).toBeGreaterThan(10)
    for (const caption of captions) {
      expect(caption).toMatch(/n = [13] seeds? for each network/)
      expect(caption).toContain('Recipe cifar10-30 (30 epochs, batch 128). Data cifar10, SHA-256 cccccccccccc.')
    }
  })

  it('a report names each environment with its runs, and apart from these what made it', () => {
    const facts = blocks.flatMap((block) => (block.kind === 'facts' ? block.facts : []))
    const trained = facts.filter(([name]) => name === 'trained on').map(([, value]) => value)
    expect(trained).toHaveLength(2)
    expect(trained[0]).toContain('Xeon (cpu), 2 threads, bf16; TensorFlow 2.9.1, avx512 kernels; this machine: runs ')
    expect(trained[1]).toBe(`Xeon (cpu), 2 threads, bf16; TensorFlow 2.9.1, avx512 kernels; at lab2: run ${reportRuns.at(-1)!.summary.id}`)
    expect(facts.at(-1)).toEqual(['report made with', 'Skiplab 0.0.0; Node 22'])
  })

  it('a report lists in its settings what varies among runs, and who has which', () => {
    const runs = [...reportRuns, atRate(reportRuns[0]!, 0.01)]
    const facts = factsOf(composeReport(reportInput('rates', runs)).blocks)
    expect(facts.get('varies: learning rate')).toBe(
      '0.1: 12 runs of plain-20, plain-56, residual-20 A, residual-56 A; 0.01: 1 run of plain-20',
    )
    expect(facts.get('recipe')).not.toContain('; learning rate 0')
    expect(facts.get('unlike the paper')).toContain('learning rate 0.01 instead of 0.1 (1 of 13 runs)')
    expect(factsOf(blocks).get('recipe')).toContain('; learning rate 0.1')
  })

  it('a report tells how threads and precision are set before its commands are run', () => {
    expect(textsOf(blocks).join()).toContain('Threads: 2 a run')
    expect(textsOf(blocks).join()).toContain('--set precision=bf16')
  })

  it('a report has interactions of depth and shortcut, laws of three depths, and errors by learning rate and depth', () => {
    expect(tableOf(blocks, 'Depth and shortcut together')!.rows[0]![0]).toBe('residual A against plain, 20 to 56 layers')
    const more = [1, 2, 3].map((seed) => sampleRun({ family: 'plain', n: 5, seed, train: 0.05, test: 0.11 + seed / 500 }))
    const third = composeReport(reportInput('law', [...reportRuns, ...more])).blocks
    expect(textsOf(third).join()).toMatch(/Training error against depth, plain/)
    expect(captionsOf(third).join()).toContain('fitted laws')
    const rated = [0.1, 0.01].flatMap((rate) =>
      [3, 5].map((n) => atRate(sampleRun({ family: 'plain', n, train: 0.1, test: rate + n / 100 }), rate)),
    )
    const rates = composeReport(reportInput('rates', rated)).blocks
    expect(tableOf(rates, 'by learning rate and layers')!.rows).toEqual([
      ['0.01', '* 4.00 %', '* 6.00 %'],
      ['0.1', '13.00 %', '15.00 %'],
    ])
    expect(rates.find((block) => block.kind === 'map')).toMatchObject({
      figure: {
        panels: [
          {
            values: [
              [4, 6],
              [13, 15],
            ],
          },
        ],
      },
    })
  })
})

function idOf(index: number): number {
  return reportRuns[index]!.summary.id
}

describe('pictures of analyses in a report', () => {
  const report = composeReport({ ...input, analyses: analysesOfEveryKind(idOf(0), idOf(3)) })

  it.each(analysisKinds)('an analysis of the kind %s is drawn in a report, with its three sentences', (kind) => {
    const one = analysesOfEveryKind(idOf(0), idOf(3)).filter(({ analysis }) => analysis.kind === kind)
    const { blocks } = composeReport({ ...input, analyses: one })
    const own = blocks.slice(blocks.findIndex((block) => block.kind === 'section' && block.title === 'Further analyses'))
    const { words, seen } = analyses[kind]
    expect(textsOf(own)).toContain([words, ...seen].join(' '))
    expect(captionsOf(own).length).toBeGreaterThan(0)
  })

  it('maps stand in the page and in the PDF as vectors', async () => {
    const html = reportHtml(report)
    expect(html.match(/class="still map"/g)!.length).toBe(2)
    for (const [svg] of html.matchAll(/<svg[\s\S]*?<\/svg>/g)) expect(svg.includes('NaN')).toBe(false)
    const pdf = await reportPdf(report)
    expect(pdf.length).toBeGreaterThan(20_000)
    expect(pdf.toString('latin1')).not.toContain('/Subtype /Image')
  })
})

describe('the size of a report', () => {
  it('with large analyses a report stays below 5 MB: the largest files are left out first, each named with its command', async () => {
    const large = [450, 400, 20].map((outputs, index) => similarityOf(index + 1, idOf(3), outputs))
    const report = composeReport({ ...input, analyses: large })
    const html = reportHtml(report)
    expect(Buffer.byteLength(html)).toBeLessThan(5_000_000)
    expect(html).toMatch(/analysis-1-similarity\.csv is left out: it takes [\d.]+ MB, .* npx skiplab analyses show 1 --csv/)
    expect(html).toContain('download="analysis-3-similarity.csv"')
    expect(html).toContain('download="epochs.csv"')
    // A map of so many layers is drawn with fewer of them.
    expect(captionsOf(report.blocks).join()).toContain('At most 122 rows and columns of 450 are drawn.')
    expect((await reportPdf(report)).length).toBeLessThan(5_000_000)
  }, 60_000)
})
