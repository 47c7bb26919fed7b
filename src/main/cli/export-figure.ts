import type { Command } from 'commander'
import { messageOf } from '../../common/caught.ts'
import { figureFormats, type FigureFormat } from '../../common/export/figure.ts'
import { exportName } from '../../common/export/file-name.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { RunSummary } from '../../common/records/records.ts'
import { fontWarning, renderFigure } from '../export/render.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { figureFormatOf } from './figure-format.ts'
import { oneExperiment } from './one-experiment.ts'
import { addFilterOptions, selectRuns, type FilterOptions } from './run-filter.ts'
import { integer, number, oneOf } from './values.ts'
import { exportPath, writeOutput } from './write-file.ts'

const kinds = ['curves', 'layers', 'depth'] as const
const axes = ['auto', 'epochs', 'iterations'] as const

export interface FigureChoices {
  readonly kind: (typeof kinds)[number]
  readonly width: number
  readonly x: (typeof axes)[number]
  readonly minError?: number
  readonly maxError?: number
  /** The error axis fits the data. */
  readonly fit?: boolean
  readonly published?: boolean
  /** Of error against depth. */
  readonly law?: boolean
  /** Words instead of the usual ones; false leaves it out. */
  readonly title?: string | boolean
  readonly subtitle?: string | boolean
  readonly epoch?: number
}

interface FigureCommandOptions extends FilterOptions, FigureChoices {
  readonly format?: FigureFormat
  readonly output?: string
}

export function registerExportFigure(group: Command): void {
  const options = (command: Command) =>
    addFilterOptions(command)
      .option(
        '--kind <kind>',
        'curves (error over training), layers (response std by layer) or depth (error against layers)',
        oneOf('kind of figure', kinds),
        'curves',
      )
      .option('--format <format>', 'svg, png or pdf (default: as the output’s name ends, else svg)', oneOf('format', figureFormats))
      .option('--output <file>', 'file to write, - for stdout (default: a new file in the workspace’s exports)')
      .option('--width <px>', 'width in pixels, 96 to the inch: 336 is one column of print, 692 two', integer('a width', 240, 2400), 760)
      .option('--x <axis>', 'epochs or iterations (default: as the recipe counts)', oneOf('axis', axes), 'auto')
      .option('--min-error <percent>', 'bottom of the error axis (default: 0)', number('an error in percent', 0, 99))
      .option('--max-error <percent>', 'top of the error axis', number('an error in percent', 1, 100))
      .option('--fit', 'the error axis begins and ends where the data do')
      .option('--epoch <epoch>', 'epoch of the layer statistics (default: each run’s last)', integer('an epoch', 1, 10_000_000))
      .option('--published', 'the paper’s published values in grey (CIFAR-10)')
      .option('--law', 'of depth: the law fitted to each variant with three depths, with its interval')
      .option('--title <text>', 'title of the figure')
      .option('--no-title', 'no title, as for a figure with a caption')
      .option('--subtitle <text>', 'words below the title')
      .option('--no-subtitle', 'no words below the title')
  defineCommand<FigureCommandOptions>(
    group,
    'figure',
    'a print-ready figure in the style of the paper: SVG, PNG or PDF',
    options,
    async (context, chosen) => {
      const format = chosen.format ?? figureFormatOf(chosen.output)
      const { svg, runs, name } = await withEngine(context, async (client) => {
        const selected = oneExperiment(await selectRuns(client, chosen), 'figure')
        return { svg: await figureOf(client, selected, chosen), runs: selected.length, name: exportName(chosen.kind, selected) }
      })
      const file = writeOutput(context, chosen.output, () => exportPath(context, name, format), await renderFigure(svg, format))
      const warning = await fontWarning(svg, format)
      if (warning) context.output.note(warning)
      if (file === null) return
      context.output.value({ file, kind: chosen.kind, format, runs, ...(warning && { warning }) })
      if (!context.output.json) context.output.text(`${file}: ${chosen.kind} of ${runs} ${runs === 1 ? 'run' : 'runs'}`)
    },
  )
}

/** Draws what the engine knows about the runs. @throws SkiplabError conflict when they have nothing to draw yet */
export async function figureOf(client: EngineClient, runs: readonly RunSummary[], options: FigureChoices): Promise<string> {
  const { title, subtitle, minError, maxError } = options
  if (minError !== undefined && maxError !== undefined && minError >= maxError) {
    throw new SkiplabError('bad-input', `The error axis must end above its start: --min-error is ${minError}, --max-error ${maxError}.`)
  }
  if (options.law && options.kind !== 'depth')
    throw new SkiplabError('bad-input', `Only figures of depth have a fitted law: add --kind depth; this is ${options.kind}.`)
  const common = {
    width: options.width,
    title: typeof title === 'string' ? title : null,
    subtitle: typeof subtitle === 'string' ? subtitle : null,
    show: { title: title !== false, subtitle: subtitle !== false },
    published: options.published === true,
    fit: options.fit === true,
  }
  try {
    if (options.kind === 'depth')
      return (await import('../export/depth-figure.ts')).depthFigure(runs, { ...common, law: options.law === true })
    if (options.kind === 'layers') {
      const { layersFigure } = await import('../export/layers-figure.ts')
      const layers = await Promise.all(runs.map((run) => withStatistics(client, run, options.epoch)))
      if (options.epoch !== undefined && layers.every((run) => run.statistics.length === 0)) {
        throw new SkiplabError(
          'not-found',
          `None of these runs has layer statistics of epoch ${options.epoch}; the longest has done ` +
            `${Math.max(...runs.map((run) => run.lastEpoch?.epoch ?? 0))}.`,
        )
      }
      return layersFigure(layers, common)
    }
    const { curvesFigure } = await import('../export/curves-figure.ts')
    const curves = await Promise.all(
      runs.map(async (summary) => ({ summary, epochs: await client.call('runs.epochs', { runId: summary.id }) })),
    )
    return curvesFigure(curves, { ...common, x: options.x, minimumError: minError ?? null, maximumError: maxError ?? null })
  } catch (error) {
    throw error instanceof SkiplabError ? error : new SkiplabError('conflict', messageOf(error))
  }
}

async function withStatistics(client: EngineClient, summary: RunSummary, epoch: number | undefined) {
  const wanted = epoch ?? summary.lastEpoch?.epoch
  return {
    summary,
    statistics: wanted === undefined ? [] : await client.call('runs.layerStatistics', { runId: summary.id, epoch: wanted }),
  }
}
