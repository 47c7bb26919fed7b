import { blockOf, countsAsDepth, isProjection, type Layer, stageOf } from '../../common/network/graph/layer.ts'
import type { Family } from '../../common/network/families/families.ts'
import type { Network } from '../../common/network/network.ts'
import { ink, quiet } from './figure-style.ts'
import { figureKey } from '../../common/export/figure.ts'
import type { FigureOptions } from './figure-options.ts'
import { convolutionWords, costWords } from './network-words.ts'
import { composeFigure } from './svg-figure.ts'
import { columnTitle, escapeText, listInWords } from './svg-text.ts'

/** Blocks of a stage that are drawn; of more, the first ones and the last with a gap that says how many lie between. */
const mostBlocks = 6
const shownBeforeGap = 2

const box = { width: 112, height: 17 }
const step = 29
/** What a network takes in all, with the sizes at its left and the words at its right; narrower columns are drawn smaller. */
const columnWidth = 216
const gapHeight = 34
const stageGap = 10
/** Fills of a stage's boxes, light to dark with the number of channels. */
const fills = ['#ffffff', '#f3f4f6', '#e1e5ea', '#c9d0d8', '#b0bac5', '#9aa6b3'] as const

/**
 * Draws networks side by side from input to output, as in the paper's Fig. 3: a box a weighted layer, shortcuts as arcs beside
 * them, dashed where dimensions grow. Networks of one depth stand row by row, and those of images of one size begin each size of maps in
 * the same row.
 */
export function networkFigure(networks: readonly Network[], { width, title, subtitle, show }: FigureOptions): string {
  const rows = rowsOfSizes(networks)
  const columns = networks.map((network) => drawNetwork(network, rows))
  const room = width / Math.max(1, columns.length)
  const scale = Math.min(1, room / columnWidth)
  const residual = networks.some(({ design }) => design.family !== 'plain')
  return composeFigure({
    width,
    title: title ?? listInWords(networks.map(({ name }) => name)),
    show: { title: show?.title ?? true, subtitle: show?.subtitle ?? true },
    subtitle: subtitle ?? networks.map((network) => `${network.name}: ${costWords(network)}`).join('; '),
    legend: residual
      ? [
          figureKey({ label: 'shortcut', strokeWidth: 1.25 }),
          figureKey({ label: 'where dimensions grow', strokeWidth: 1.25, dashed: true }),
          ...(networks.some(({ layers }) => layers.some(isProjection)) ? [figureKey({ label: '1×1: projection' })] : []),
          ...(networks.some(({ design }) => design.family === 'highway') ? [figureKey({ label: 'T: gate' })] : []),
        ]
      : [],
    plots: columns.map(({ svg }, index) => ({ left: room * (index + 0.5), top: 0, svg: `<g transform="scale(${scale})">${svg}</g>` })),
    plotHeight: Math.ceil(scale * Math.max(...columns.map(({ height }) => height))),
  })
}

/** Where each size of maps begins, pixels from the top, by its words; nothing for images of several sizes. */
function rowsOfSizes(networks: readonly Network[]): ReadonlyMap<string, number> {
  const rows = new Map<string, number>()
  if (new Set(networks.map(({ design }) => design.inputShape.join())).size > 1) return rows
  const layers = networks.flatMap((network) => network.layers.filter(isDrawn)).sort((a, b) => pixels(b) - pixels(a))
  for (const size of new Set(layers.map(sizeOf)))
    rows.set(size, Math.max(...networks.map((network) => drawNetwork(network, rows).begins.get(size) ?? 0)))
  return rows
}

/** "56×56"; empty behind the last map. */
function sizeOf({ outputShape }: Layer): string {
  return outputShape.length < 3 ? '' : outputShape.slice(0, 2).join('×')
}

function pixels({ outputShape: [height = 1, width = 1, channels] }: Layer): number {
  return channels === undefined ? 0 : height * width
}

function isDrawn(layer: Layer): boolean {
  return countsAsDepth(layer) || layer.kind === 'max-pooling' || layer.kind === 'global-average-pooling'
}

/** Draws a network around x = 0, from y = 0 down; where it wanted each size of maps to begin is told by the size. */
function drawNetwork(
  network: Network,
  rows: ReadonlyMap<string, number>,
): { svg: string; height: number; begins: ReadonlyMap<string, number> } {
  const pen = new Pen(rows)
  pen.title(network.name)
  pen.words(`image, ${network.design.inputShape.join('×')}`, `fill="${quiet}"`)
  const projected = new Set(network.layers.filter(isProjection).map(blockOf))
  const drawn = network.layers.filter(isDrawn)
  const stages = stagesOf(drawn.filter((layer) => blockOf(layer).includes('.')))
  const [before, after] = [
    drawn.slice(
      0,
      drawn.findIndex((layer) => stages.has(stageOf(layer))),
    ),
    drawn.slice(drawn.findLastIndex((layer) => stages.has(stageOf(layer))) + 1),
  ]
  for (const layer of before) pen.layer(layer, 0)
  for (const [index, blocks] of [...stages.values()].entries()) {
    pen.skip(stageGap)
    drawStage(pen, blocks, index + 1, network.design.family, projected)
  }
  pen.skip(stageGap)
  for (const layer of after) pen.layer(layer, 0)
  return { svg: pen.parts.join(''), height: pen.y + 12, begins: pen.begins }
}

/** Lists the drawn layers of each block of each stage, by the stage's name, in order. */
function stagesOf(layers: readonly Layer[]): ReadonlyMap<string, readonly (readonly Layer[])[]> {
  const stages = new Map<string, Map<string, Layer[]>>()
  for (const layer of layers) {
    const blocks = stages.get(stageOf(layer)) ?? new Map<string, Layer[]>()
    stages.set(stageOf(layer), blocks)
    blocks.set(blockOf(layer), [...(blocks.get(blockOf(layer)) ?? []), layer])
  }
  return new Map([...stages].map(([name, blocks]) => [name, [...blocks.values()]]))
}

function drawStage(pen: Pen, blocks: readonly (readonly Layer[])[], shade: number, family: Family, projected: ReadonlySet<string>): void {
  for (const [index, layers] of blocks.entries()) {
    const hidden = blocks.length > mostBlocks && index >= shownBeforeGap && index < blocks.length - 1
    if (hidden) {
      if (index === shownBeforeGap) pen.gap(`${blocks.length - shownBeforeGap - 1} more blocks`)
      continue
    }
    if (layers[0]) pen.begin(layers[0])
    const from = pen.y
    for (const layer of layers) pen.layer(layer, shade)
    const [first, last] = [layers[0], layers.at(-1)]
    if (family === 'plain' || !first || !last) continue
    const grows = first.inputShape.join() !== last.outputShape.join()
    pen.shortcut(from, { grows, projection: projected.has(blockOf(first)), gated: family === 'highway' })
  }
}

class Pen {
  readonly parts: string[] = []
  /** Bottom of what was drawn last. */
  y = 0
  #boxes = 0
  #size = ''
  /** Where each size of maps would begin without the others. */
  readonly begins = new Map<string, number>()
  readonly #rows: ReadonlyMap<string, number>

  /** @param rows where each size of maps begins at the earliest */
  constructor(rows: ReadonlyMap<string, number>) {
    this.#rows = rows
  }

  title(text: string): void {
    this.y += 15
    this.parts.push(columnTitle(text, this.y, columnWidth))
  }

  words(text: string, look: string): void {
    this.y += 15
    this.parts.push(`<text x="0" y="${this.y}" ${look}>${escapeText(text)}</text>`)
  }

  skip(height: number): void {
    if (this.#boxes) this.parts.push(line(0, this.y, 0, this.y + height))
    this.y += height
  }

  /** Goes down to where maps of the layer's size begin. */
  begin(layer: Layer): void {
    const size = sizeOf(layer)
    if (this.begins.has(size)) return
    this.begins.set(size, this.y)
    this.skip(Math.max(0, (this.#rows.get(size) ?? 0) - this.y))
  }

  /** @param shade 0 for layers outside the stages, else the stage's number */
  layer(layer: Layer, shade: number): void {
    this.begin(layer)
    const top = this.y + step - box.height
    const fill = fills[layer.kind === 'max-pooling' ? 0 : Math.min(shade, fills.length - 1)]
    this.parts.push(arrow(this.y + (this.#boxes ? 0 : 4), top))
    this.parts.push(
      `<rect x="${-box.width / 2}" y="${top}" width="${box.width}" height="${box.height}" rx="2" ` +
        `fill="${fill}" stroke="${ink}" stroke-width="0.75"/>`,
    )
    this.parts.push(`<text x="0" y="${top + 12.5}">${escapeText(layerWords(layer))}</text>`)
    const size = sizeOf(layer)
    if (size !== this.#size) {
      this.parts.push(`<text x="${-box.width / 2 - 8}" y="${top + 12.5}" text-anchor="end" fill="${quiet}">${size}</text>`)
      this.#size = size
    }
    this.y = top + box.height
    this.#boxes++
  }

  gap(text: string): void {
    const y = this.y + gapHeight
    this.parts.push(line(0, this.y, 0, y, 'stroke-dasharray="1.5,3"'))
    this.parts.push(`<text x="8" y="${this.y + gapHeight / 2 + 4}" text-anchor="start" fill="${quiet}">${escapeText(text)}</text>`)
    this.y = y
  }

  /** From the middle of the arrow into a block to below its last layer, where the addition stands. */
  shortcut(from: number, { grows, projection, gated }: { grows: boolean; projection: boolean; gated: boolean }): void {
    const start = from + 7
    const end = this.y + 3
    const side = box.width / 2 + 18
    this.parts.push(
      `<path d="M0 ${start} H${side - 8} Q${side} ${start} ${side} ${start + 8} V${end - 8} Q${side} ${end} ${side - 8} ` +
        `${end} H6" fill="none" stroke="${ink}" stroke-width="1.25"${grows ? ' stroke-dasharray="4,3"' : ''}/>`,
    )
    this.parts.push(`<path d="M2 ${end} l6 -2.5 v5 z" fill="${ink}"/>`)
    if (projection) this.parts.push(`<text x="${side + 5}" y="${(start + end) / 2 + 4}" text-anchor="start" fill="${quiet}">1×1</text>`)
    if (gated) this.parts.push(gateMark(side - 16, end))
  }
}

/** A T in a circle on the shortcut's way into the addition. */
function gateMark(x: number, y: number): string {
  return (
    `<circle cx="${x}" cy="${y}" r="6" fill="#ffffff" stroke="${ink}" stroke-width="1"/><text x="${x}" y="${y + 3.5}" ` +
    'font-size="9">T</text>'
  )
}

function layerWords(layer: Layer): string {
  if (layer.kind === 'convolution') return convolutionWords(layer)
  if (layer.kind === 'max-pooling') return `${layer.attributes.kernel}×${layer.attributes.kernel} max pool, /${layer.attributes.stride}`
  return layer.kind === 'fully-connected' ? `fc, ${layer.outputShape[0]}` : 'average pool'
}

function line(x1: number, y1: number, x2: number, y2: number, more = ''): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${ink}" stroke-width="0.75" ${more}/>`
}

function arrow(from: number, to: number): string {
  return `${line(0, from, 0, to - 3)}<path d="M0 ${to} l-2.5 -5 h5 z" fill="${ink}"/>`
}
