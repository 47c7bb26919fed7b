import { blockOf, isProjection, type Layer } from '../../common/network/graph/layer.ts'
import type { Network } from '../../common/network/network.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { FigureOptions } from './figure-options.ts'
import { ink, quiet } from './figure-style.ts'
import { convolutionWords, costWords } from './network-words.ts'
import { composeFigure } from './svg-figure.ts'
import { columnTitle, escapeText, listInWords } from './svg-text.ts'

const box = { width: 132, height: 22 }
/** From one box to the next, with the words of what lies between. */
const step = 46
const shortcutSide = box.width / 2 + 34
/** From the middle of a column to its arrows: the words of the shortcut stand at their right. */
const leftward = 30
const sumRadius = 9
/** What a block takes in all, with the words beside its shortcut. */
const columnWidth = 330

/**
 * Draws one block of each network with everything in it, as in the paper's Fig. 5: convolutions as boxes, BN and ReLU beside the
 * arrows, the shortcut around them with what it does. It is the second block of the first stage, where maps keep their size, or the
 * first where there is one only.
 * @param formulas what goes in, is learned and comes out beside it, as in the paper's Fig. 2: x, F(x), F(x) + x
 * @throws SkiplabError bad-input for a network without blocks of several layers
 */
export function blockFigure(networks: readonly Network[], { width, title, subtitle, show }: FigureOptions, formulas = false): string {
  const columns = networks.map((network) => drawBlock(network, formulas))
  const room = width / Math.max(1, columns.length)
  const scale = Math.min(1, room / columnWidth)
  const names = networks.map(({ name }) => name)
  return composeFigure({
    width,
    title: title ?? `A block of ${listInWords(names)}`,
    show: { title: show?.title ?? true, subtitle: show?.subtitle ?? true },
    subtitle: subtitle ?? columns.map(({ words }) => words).join('; '),
    legend: [],
    plots: columns.map(({ svg }, index) => ({ left: room * (index + 0.5), top: 0, svg: `<g transform="scale(${scale})">${svg}</g>` })),
    plotHeight: Math.ceil(scale * Math.max(...columns.map(({ height }) => height))),
  })
}

/** Layers of the block that is drawn, in the order of computation. */
function blockToDraw({ name, layers }: Network): readonly Layer[] {
  const blocks = ['stage1.block2', 'stage1.block1'].map((path) => layers.filter((layer) => blockOf(layer) === path))
  const block = blocks.find((all) => all.length > 0)
  if (!block?.some(({ kind }) => kind === 'convolution')) throw new SkiplabError('bad-input', `${name} has no blocks to draw.`)
  return block
}

/** Draws a block around x = 0, from y = 0 down. */
function drawBlock(network: Network, formulas: boolean): { svg: string; height: number; words: string } {
  const layers = blockToDraw(network)
  const sum = layers.find(({ kind }) => kind === 'addition' || kind === 'gated-addition')
  const main = layers.filter((layer) => !isBeside(layer))
  const parts: string[] = []
  const channels = main[0]?.inputShape.at(-1) ?? 0
  parts.push(`<text x="${sum ? -8 : 0}" y="40" ${sum ? 'text-anchor="end"' : ''} fill="${quiet}">${channels}-d</text>`)
  // A projection of pre-activation order reads what BN and ReLU made.
  const splitsBehind = layers.some((layer) => isProjection(layer) && main.some(({ name }) => layer.inputs.includes(name)))
  const split = splitsBehind ? 66 : 46
  let y = sum ? 30 : 44
  /** BN and ReLU since the last box. */
  let between: string[] = []
  /** How often the branch takes part, at the other side of the arrow. */
  let survival = ''
  const arrowTo = (end: number): void => {
    parts.push(arrow(y, end))
    const top = splitsBehind && y < split ? y + 6 : Math.max(y, end - step + box.height)
    if (between.length > 0) parts.push(words(10, top + (step - box.height) / 2 + 3, between.join(', ')))
    if (survival) parts.push(`<text x="-10" y="${top + (step - box.height) / 2 + 3}" text-anchor="end" fill="${quiet}">${survival}</text>`)
    between = []
    survival = ''
    y = end
  }
  const formula = (top: number, text: string): string =>
    formulas ? `<text x="${-box.width / 2 - 10}" y="${top}" text-anchor="end" font-style="italic">${text}</text>` : ''
  const first = y
  for (const layer of main) {
    if (layer.kind === 'convolution') {
      arrowTo(Math.max(y, sum ? split : y) + step - box.height)
      parts.push(boxOf(layer, y))
      y += box.height
    } else if (layer === sum) {
      parts.push(formula((first + y) / 2 + 16, 'F(x)'))
      arrowTo(y + step - box.height)
      parts.push(sumMark(y))
      parts.push(formula(y + sumRadius + 4, 'F(x) + x'))
      parts.push(...shortcut(layers, split, y + sumRadius, layer.kind === 'gated-addition'))
      y += 2 * sumRadius
    } else if (layer.kind === 'stochastic-depth') survival = `survives: ${Number(layer.attributes.survival.toFixed(3))}`
    else between.push(wordsOf(layer))
  }
  arrowTo(y + 28)
  if (sum && formulas) parts.push(`<text x="8" y="36" text-anchor="start" font-style="italic">x</text>`)
  const title = columnTitle(network.name, 15, columnWidth - 20)
  return {
    svg: `${title}<g transform="translate(${sum ? -leftward : 0})">${parts.join('')}</g>`,
    height: y + 14,
    words: `${network.name}: ${countWords(layers)}`,
  }
}

/** Whether a layer belongs to the shortcut and not to what it goes around. */
function isBeside(layer: Layer): boolean {
  return isProjection(layer) || layer.kind === 'identity-shortcut' || (layer.kind === 'convolution' && layer.attributes.role === 'gate')
}

function countWords(layers: readonly Layer[]): string {
  const parameterCount = layers.reduce((sum, layer) => sum + layer.parameterCount, 0)
  const multiplyAdds = layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0)
  return costWords({ parameterCount, multiplyAdds })
}

function wordsOf(layer: Layer): string {
  if (layer.kind === 'batch-normalization') return 'BN'
  if (layer.kind === 'relu') return 'ReLU'
  return layer.kind === 'max-pooling' ? 'max pool' : layer.kind
}

function boxOf(layer: Layer, top: number): string {
  if (layer.kind !== 'convolution') return ''
  return (
    `<rect x="${-box.width / 2}" y="${top}" width="${box.width}" height="${box.height}" rx="2" fill="#f3f4f6" stroke="${ink}"/>` +
    `<text x="0" y="${top + box.height / 2 + 4}">${convolutionWords(layer)}</text>`
  )
}

function sumMark(top: number): string {
  const y = top + sumRadius
  return (
    `<circle cx="0" cy="${y}" r="${sumRadius}" fill="#ffffff" stroke="${ink}"/>` +
    `<path d="M-5 ${y} H5 M0 ${y - 5} V${y + 5}" stroke="${ink}" fill="none"/>`
  )
}

/** From above the first layer to the side of the sum, with what it does to what it carries. */
function shortcut(layers: readonly Layer[], from: number, to: number, gated: boolean): string[] {
  const projection = layers.find((layer) => layer.kind === 'convolution' && layer.attributes.role === 'projection')
  const padded = layers.some(({ kind }) => kind === 'identity-shortcut')
  const text = projection?.kind === 'convolution' ? convolutionWords(projection) : padded ? 'zero padding' : 'identity'
  const side = shortcutSide
  return [
    `<path d="M0 ${from} H${side - 10} Q${side} ${from} ${side} ${from + 10} V${to - 10} Q${side} ${to} ${side - 10} ${to} ` +
      `H${sumRadius + 6}" fill="none" stroke="${ink}" stroke-width="1.25"/>`,
    `<path d="M${sumRadius} ${to} l6 -2.5 v5 z" fill="${ink}"/>`,
    words(side + 6, (from + to) / 2 + 4, text),
    ...(gated ? [gateMark(side - 22, to), words(side + 6, (from + to) / 2 + 20, 'T: gate')] : []),
  ]
}

function gateMark(x: number, y: number): string {
  return `<circle cx="${x}" cy="${y}" r="7" fill="#ffffff" stroke="${ink}"/><text x="${x}" y="${y + 3.5}" font-size="9">T</text>`
}

function words(x: number, y: number, text: string): string {
  return `<text x="${x}" y="${y}" text-anchor="start" fill="${quiet}">${escapeText(text)}</text>`
}

function arrow(from: number, to: number): string {
  return `<line x1="0" y1="${from}" x2="0" y2="${to - 3}" stroke="${ink}"/><path d="M0 ${to} l-3 -6 h6 z" fill="${ink}"/>`
}
