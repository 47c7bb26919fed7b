import { join } from 'node:path'
import type { Command } from 'commander'
import { paperSizes } from '../../common/export/figure.ts'
import { type GalleryFigure, galleryFormats, type GalleryFormat, galleryIds, type GalleryId } from '../../common/gallery/gallery.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { SkiplabError } from '../../common/failure.ts'
import { absolutePath } from '../workspace/home-folder.ts'
import { type Context, defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { printable } from './format.ts'
import { measureLayers } from './measure-layers.ts'
import { queuedText } from './open-sweep.ts'
import { queueWithNote } from './too-large.ts'
import { findSweep } from './run-filter.ts'
import { table } from './table.ts'
import { integer, listOf, oneOf } from './values.ts'
import { writeWholeFile } from './write-file.ts'

interface GalleryOptions {
  readonly output?: string
  readonly figure?: GalleryId[]
  readonly format: GalleryFormat[]
  readonly width: number
  readonly dpi: number
  readonly queueMissing?: boolean
  readonly measure?: boolean
  readonly published?: boolean
}

export function registerGallery(program: Command): void {
  const configure = (command: Command) =>
    command
      .option('--output <folder>', 'folder to write to (default: none is written, figures are listed)')
      .option('--figure <figures>', `figures, such as 1,6 or error-depth: ${galleryIds.join(', ')} (default: all)`, listOf(readFigure))
      .option('--format <formats>', galleryFormats.join(','), listOf(oneOf('format', galleryFormats)), ['svg', 'pdf', 'png', 'tex', 'csv'])
      .option('--width <width>', 'single (89 mm), double (183 mm), slide, or pixels, 96 to the inch', readWidth, widthOf('double'))
      .option('--dpi <dpi>', 'pixels of a PNG to the inch', integer('pixels to the inch', 72, 1200), 300)
      .option('--published', 'the paper’s end values in grey in Figures 1, 4 and 6 and in error against depth, on the paper’s data')
      .option('--queue-missing', 'queue the runs that figures lack')
      .option('--measure', 'measure the layers of runs that recorded none, and wait for it: figure 7')
  defineCommand<GalleryOptions>(
    program,
    'gallery [sweeps...]',
    'the paper’s figures from own runs (those of these sweeps, else all), with captions',
    configure,
    async (context, options, sweeps) => {
      if (options.measure) await measureLayers(context, (await withEngine(context, (client) => listed(client, sweeps, options))).figures)
      const result = await withEngine(context, async (client) => {
        const { figures, sweepIds } = await listed(client, sweeps, options)
        return {
          figures,
          queued: options.queueMissing ? await queueMissing(context, client, figures) : [],
          files: options.output === undefined ? [] : await writeGallery(client, figures, sweepIds, { ...options, output: options.output }),
        }
      })
      // What is waited for reports while it works.
      context.output.value(options.measure ? { type: 'end', ...result } : result)
      if (!context.output.json) tell(context, result, options)
    },
  )
}

/** The figures that are asked for. */
async function listed(
  client: EngineClient,
  sweeps: readonly string[],
  { figure, published = false }: Pick<GalleryOptions, 'figure' | 'published'>,
) {
  const sweepIds = await Promise.all(sweeps.map((sweep) => findSweep(client, sweep)))
  const { figures } = await client.call('gallery.list', { sweepIds, published })
  return { sweepIds, figures: figures.filter(({ id }) => !figure || figure.includes(id)) }
}

function tell(
  context: Context,
  { figures, queued, files }: { figures: readonly GalleryFigure[]; queued: readonly string[]; files: readonly string[] },
  options: GalleryOptions,
): void {
  const rows = figures.map(({ name, state, experiment, networks, missing, unmeasured }) => [
    name,
    stateWords[state],
    networks
      .filter(({ shown }) => shown)
      .map((network) => `${network.name} (${network.seeds})`)
      .join(', ') || printable(experiment ?? '–'),
    [...missing, ...(unmeasured ? [`layer responses of ${unmeasured.runs} ${unmeasured.runs === 1 ? 'run' : 'runs'}`] : [])].join(', ') ||
      '–',
  ])
  context.output.text(table([{ title: 'figure' }, { title: '' }, { title: 'networks (seeds)' }, { title: 'missing' }], rows))
  for (const text of queued) context.output.text(text)
  if (files.length > 0) context.output.text(`${files.length} files in ${absolutePath(options.output ?? '')}`)
  else if (options.output === undefined)
    context.output.text('Write them with --output FOLDER; queue what is missing with --queue-missing, measure layers with --measure.')
}

const stateWords: Readonly<Record<GalleryFigure['state'], string>> = {
  whole: 'whole',
  partial: 'in part',
  empty: 'no runs',
  networks: 'from network data',
}

/** Draws every figure that has something to draw, and only then writes: a figure that fails leaves no half gallery. */
async function writeGallery(
  client: EngineClient,
  figures: readonly GalleryFigure[],
  sweepIds: readonly number[],
  { output, format, width, dpi, published = false }: GalleryOptions & { readonly output: string },
): Promise<string[]> {
  const drawn: { readonly name: string; readonly content: Buffer | string }[] = []
  const ready = figures.filter(({ state }) => state !== 'empty')
  for (const { id, formats, caption } of ready) {
    for (const each of format.filter((one) => formats.includes(one))) {
      const { content } = await client.call('gallery.draw', { sweepIds: [...sweepIds], figure: id, format: each, width, dpi, published })
      drawn.push({ name: `${id}.${each}`, content: Buffer.from(content, 'base64') })
    }
    drawn.push({ name: `${id}-caption.tex`, content: `${caption.latex}\n` })
  }
  if (ready.length === 0)
    throw new SkiplabError('not-found', 'None of these figures has runs to be drawn from; see what is missing without --output.')
  drawn.push({ name: 'captions.md', content: ready.map(({ id, caption }) => `- \`${id}\`: ${caption.text}\n`).join('') })
  return drawn.map(({ name, content }) => writeWholeFile(join(output, name), content))
}

async function queueMissing(context: Context, client: EngineClient, figures: readonly GalleryFigure[]): Promise<string[]> {
  const texts: string[] = []
  for (const { sweep } of figures) {
    if (!sweep) continue
    const { sweepId, runIds, reusedRunIds } = await queueWithNote(context, client, { sweep, again: false })
    texts.push(queuedText(sweep.name, sweepId, runIds.length, reusedRunIds.length))
  }
  return texts
}

function readFigure(text: string): GalleryId {
  return oneOf('figure', galleryIds)(/^\d+$/.test(text) ? `figure-${text}` : text)
}

function readWidth(text: string): number {
  return paperSizes.some(({ value }) => value === text)
    ? widthOf(text)
    : integer('single, double, slide or a width in pixels', 240, 2400)(text)
}

function widthOf(name: string): number {
  return paperSizes.find(({ value }) => value === name)?.width ?? paperSizes[1].width
}
