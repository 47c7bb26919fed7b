import { extname } from 'node:path'
import type { Command } from 'commander'
import { analysisKinds } from '../../common/analyses/analyses.ts'
import { tableOf } from '../../common/analyses/analysis-table.ts'
import { atEpoch, epochsOf } from '../../common/analyses/through-epochs.ts'
import { namesOfRuns } from '../../common/analysis-figures/drawn-analysis.ts'
import { analysisFigure, analysisFigureNames, type FinishedAnalysis } from '../../common/analysis-figures/figures.ts'
import { tableCsv } from '../../common/export/analysis-csv.ts'
import { figureFormats, figureSchema } from '../../common/export/figure.ts'
import { mapFigureSchema } from '../../common/export/map-figure.ts'
import { SkiplabError } from '../../common/failure.ts'
import { fontWarning, renderFigure } from '../export/render.ts'
import { type Context, defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { integer, listOf, oneOf } from './values.ts'
import { exportPath, writeOutput } from './write-file.ts'

const formats = [...figureFormats, 'csv'] as const
type Format = (typeof formats)[number]

interface ExportOptions {
  readonly figure?: string
  readonly format?: Format[]
  readonly output?: string
  readonly width: number
  readonly epoch?: number
  /** False with --no-means. */
  readonly means: boolean
  readonly onePanel?: boolean
  readonly log?: boolean
  /** Words instead of the usual ones; false leaves it out. */
  readonly title?: string | boolean
  readonly subtitle?: string | boolean
}

export function registerExportAnalysis(group: Command): void {
  const options = (command: Command) =>
    command
      .option('--figure <name>', 'what is drawn, see below (default: the first of its kind)')
      .option(
        '--format <formats>',
        `${formats.join(',')}; several write a file each (default: as the output’s name ends, else svg)`,
        readFormats,
      )
      .option('--output <file>', 'file to write, - for stdout (default: a new file in the workspace’s exports)')
      .option('--width <px>', 'width in pixels, 96 to the inch: 336 is one column of print, 692 two', integer('a width', 240, 2400), 692)
      .option('--epoch <epoch>', 'of an analysis of several checkpoints (default: its last)', integer('an epoch', 0, 1_000_000))
      .option('--no-means', 'each run by itself instead of the mean of its network’s seeds')
      .option('--one-panel', 'of layers: all networks in one panel, as in the paper’s Figure 7')
      .option('--log', 'of loss surfaces: a logarithmic scale')
      .option('--title <text>', 'title of the figure')
      .option('--no-title', 'no title, as for a figure with a caption')
      .option('--subtitle <text>', 'words below the title')
      .option('--no-subtitle', 'no words below the title')
      .addHelpText('after', ['', ...analysisKinds.map((kind) => `${kind}: ${analysisFigureNames(kind).join(', ')}`)].join('\n'))
  defineCommand<ExportOptions>(
    group,
    'export <analysis>',
    'figures of a finished analysis (SVG, PDF, PNG) and its numbers (CSV)',
    options,
    async (context, chosen, [id]) => {
      const analysisId = integer('the number of an analysis', 1, Number.MAX_SAFE_INTEGER)(id!)
      const finished = await finishedAnalysis(context, analysisId)
      await exportAnalysis(context, finished, chosen)
    },
  )
}

function readFormats(text: string): Format[] {
  return [...new Set(listOf(oneOf('format', formats))(text))]
}

async function finishedAnalysis(context: Context, analysisId: number): Promise<FinishedAnalysis> {
  const { details, runs } = await withEngine(context, async (client) => {
    const found = await client.call('analyses.get', { analysisId })
    const runIds = [...new Set(found.analysis.runIds)]
    return { details: found, runs: await Promise.all(runIds.map((runId) => client.call('runs.get', { runId }))) }
  })
  const { state, reason } = details.analysis
  if (state === 'finished') return { ...details, runs }
  throw new SkiplabError('conflict', `Analysis ${analysisId} is ${state}${reason === null ? '.' : `: ${reason}`}`)
}

async function exportAnalysis(context: Context, finished: FinishedAnalysis, chosen: ExportOptions): Promise<void> {
  const { id, kind } = finished.analysis
  const wanted = chosen.format ?? [formatOf(chosen.output)]
  if (wanted.length > 1 && chosen.output === '-')
    throw new SkiplabError('bad-input', `Expected one format for stdout; got ${wanted.join(', ')}.`)
  const drawn = wanted.some((format) => format !== 'csv') ? await drawAnalysis(finished, chosen) : null
  const name = `${kind}-${id}${drawn === null ? '' : `-${drawn.name}`}`
  const files: string[] = []
  for (const format of wanted) {
    const content = format === 'csv' ? tableCsv(tableOf(finished, namesOfRuns(finished.runs))) : await renderFigure(drawn!.svg, format)
    const file = writeOutput(context, outputOf(chosen.output, format, wanted.length), () => exportPath(context, name, format), content)
    if (file !== null) files.push(file)
    const warning = format === 'csv' ? null : await fontWarning(drawn!.svg, format)
    if (warning) context.output.note(warning)
  }
  if (files.length === 0) return
  context.output.value({ files, analysisId: id, kind, figure: drawn?.name ?? null })
  if (!context.output.json) for (const file of files) context.output.text(`${file}: ${kind} of analysis ${id}`)
}

/** Draws the figure that was asked for, at one epoch where there are several. @throws SkiplabError bad-input, conflict */
export async function drawAnalysis(
  { analysis, result, runs }: FinishedAnalysis,
  chosen: Pick<ExportOptions, 'figure' | 'width' | 'epoch' | 'means' | 'onePanel' | 'log' | 'title' | 'subtitle'>,
): Promise<{ readonly name: string; readonly svg: string }> {
  const name = chosen.figure === undefined ? undefined : oneOf('figure', analysisFigureNames(analysis.kind))(chosen.figure)
  const seen = atEpoch(analysis, result, epochWanted(epochsOf(analysis), chosen.epoch))
  const look = { ofSeeds: chosen.means, together: chosen.onePanel === true, logarithmic: chosen.log === true }
  const found = analysisFigure({ ...seen, runs }, look, name)
  if (!found) throw new SkiplabError('conflict', `Analysis ${analysis.id} has nothing of ${name ?? 'what could be drawn'}.`)
  const { title, subtitle, width } = chosen
  const { figure } = found
  const head = {
    width,
    title: typeof title === 'string' ? title : figure.title,
    subtitle: typeof subtitle === 'string' ? subtitle : figure.subtitle,
    show: { title: title !== false, subtitle: subtitle !== false },
  }
  const svg =
    'kind' in figure
      ? (await import('../export/map-figure.ts')).mapFigure(mapFigureSchema.parse({ ...figure, ...head }))
      : (await import('../export/line-figure.ts')).lineFigure(figureSchema.parse({ ...figure, ...head }))
  return { name: found.name, svg }
}

/** @throws SkiplabError bad-input naming the epochs that there are */
function epochWanted(epochs: readonly number[], wanted: number | undefined): number {
  if (wanted === undefined) return epochs.at(-1) ?? 0
  if (epochs.includes(wanted)) return wanted
  throw new SkiplabError('bad-input', `Expected one of the epochs ${epochs.join(', ')}; got ${wanted}.`)
}

function formatOf(output: string | undefined): Format {
  const ending = extname(output ?? '').slice(1)
  return ending === '' ? 'svg' : oneOf('format', formats)(ending)
}

/** Of several formats each has its own ending in place of the one that was named. */
function outputOf(output: string | undefined, format: Format, count: number): string | undefined {
  if (output === undefined || count === 1) return output
  const ending = extname(output)
  const isFormat = formats.some((each) => `.${each}` === ending)
  return `${isFormat ? output.slice(0, -ending.length) : output}.${format}`
}
