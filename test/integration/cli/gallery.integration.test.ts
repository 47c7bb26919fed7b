import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { cliLab } from '../../support/cli-lab.ts'
import { texProblems } from '../../support/tex-problems.ts'

describe('gallery and report on the command line', () => {
  const { folder, skiplab } = cliLab()
  beforeAll(async () => {
    const { exitCode, stderr } = await skiplab.run(
      ...['sweep', 'run', '--name', 'small', '--dataset', 'shapes-10', '--recipe', 'demo', '--family', 'plain,residual', '--n', '1'],
      ...['--widths', '4,4,8', '--set', 'epochs=1', '--set', 'batchSize=256', '--set', 'statisticsSize=64'],
    )
    expect(exitCode, stderr).toBe(0)
  }, 120_000)

  it('a gallery is a folder of figures in every format with captions, or nothing where a figure has no runs', async () => {
    const output = join(folder, 'figures')
    const { exitCode, stdout, stderr } = await skiplab.run(
      'gallery',
      'small',
      '--output',
      output,
      '--figure',
      '2,4,6,error-cost',
      '--dpi',
      '150',
      '--width',
      'single',
    )
    expect(exitCode, stderr).toBe(0)
    expect(stdout).toContain('no runs')
    const files = readdirSync(output).sort()
    expect(files).toEqual(
      [
        ...['csv', 'pdf', 'png', 'svg', 'tex'].flatMap((format) => [`error-cost.${format}`, `figure-6.${format}`]),
        ...['csv', 'pdf', 'png', 'svg'].map((format) => `figure-2.${format}`),
        ...['error-cost-caption.tex', 'figure-2-caption.tex', 'figure-6-caption.tex', 'captions.md'],
      ].sort(),
    )
    const png = await sharp(join(output, 'figure-6.png')).metadata()
    expect({ width: png.width, density: png.density }).toEqual({ width: 525, density: 150 })
    expect(texProblems(readFileSync(join(output, 'figure-6.tex'), 'utf8'))).toEqual([])
    expect(readFileSync(join(output, 'captions.md'), 'utf8')).toContain(
      'Unlike the paper: data shapes-10 (10 classes) instead of CIFAR-10 (10 classes)',
    )
    const none = await skiplab.run('gallery', '--output', join(folder, 'none'), '--figure', '4')
    expect(none.exitCode).not.toBe(0)
    expect(none.stderr).toContain('None of these figures has runs')
    expect(readdirSync(folder)).not.toContain('none')
  }, 60_000)

  it('published numbers stand below a sweep and beside results, and what nobody published has none', async () => {
    const shown = await skiplab.run('sweep', 'show', 'small', '--published')
    expect(shown.exitCode, shown.stderr).toBe(0)
    expect(shown.stdout).toContain('Nothing is published of these networks.')
    const table = await skiplab.run('export', 'table', '--sweep', 'small', '--published', '--output', '-')
    expect(table.exitCode, table.stderr).toBe(0)
    expect(table.stdout).toContain('| published test error, % |')
    const gallery = await skiplab.run(
      'gallery',
      'small',
      '--published',
      '--figure',
      '6',
      '--format',
      'csv',
      '--output',
      join(folder, 'grey'),
    )
    expect(gallery.exitCode, gallery.stderr).toBe(0)
  }, 60_000)

  it('figure 7 of runs that recorded no layers is drawn from an analysis that one command makes, once', async () => {
    const sweep = ['--dataset', 'shapes-10', '--recipe', 'demo', '--family', 'plain,residual', '--n', '1', '--widths', '4,4,8']
    const short = ['--set', 'epochs=1', '--set', 'batchSize=512', '--set', 'statisticsSize=0']
    expect((await skiplab.run('sweep', 'run', '--name', 'bare', ...sweep, ...short)).exitCode).toBe(0)
    const output = join(folder, 'seven')
    const ask = ['gallery', 'bare', '--figure', '7', '--format', 'csv,svg', '--output', output]
    const before = await skiplab.run(...ask)
    expect(before.stderr).toContain('None of these figures has runs')
    const { exitCode, stdout, stderr } = await skiplab.run(...ask, '--measure')
    expect(exitCode, stderr).toBe(0)
    expect(stdout).not.toContain('layer responses of')
    const table = readFileSync(join(output, 'figure-7.csv'), 'utf8')
    expect(table).toContain('plain-8 4-4-8')
    expect(table).toContain('residual-8 A 4-4-8')
    const again = await skiplab.run(...ask, '--measure', '--json')
    expect(again.stdout.trim().split('\n')).toHaveLength(1)
    expect((await skiplab.run('analyses', '--json')).stdout.match(/"kind":"layers"/g)).toHaveLength(1)
    const html = join(folder, 'bare.html')
    expect((await skiplab.run('report', 'bare', '--html', html)).exitCode).toBe(0)
    // As the figure of the sweep and as that of its analysis.
    expect(readFileSync(html, 'utf8').match(/<figcaption>Response of each (?:3×3 )?layer, after BN/g)).toHaveLength(2)
  }, 120_000)

  it('a sweep’s report is written as HTML and PDF, and wants both a sweep and a file', async () => {
    const [html, pdf] = [join(folder, 'small.html'), join(folder, 'small.pdf')]
    const { exitCode, stderr } = await skiplab.run('report', 'small', '--html', html, '--pdf', pdf)
    expect(exitCode, stderr).toBe(0)
    const report = readFileSync(html, 'utf8')
    expect(report).toContain('<title>small</title>')
    expect(report).toMatch(/<dt>trained on<\/dt><dd>[^<]*TensorFlow [\d.]+, \w+ kernels, [^<]*; this machine: runs? /)
    expect(report).toContain('<dt>report made with</dt><dd>Skiplab ')
    expect(readFileSync(pdf).toString('latin1')).toMatch(/^%PDF-1/)
    expect((await skiplab.run('report', '--html', html)).stderr).toContain('Expected a sweep before --html')
    expect((await skiplab.run('report', 'small')).stderr).toContain('Expected --html FILE or --pdf FILE')
  }, 60_000)
})
