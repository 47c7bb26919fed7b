import type { Network } from '../../common/network/network.ts'
import type { DiagramPart } from '../../common/paper/diagrams.ts'
import { blockFigure } from './block-figure.ts'
import type { FigureOptions } from './figure-options.ts'
import { networkFigure } from './network-figure.ts'

/** Draws networks side by side, whole or a block of each. @throws SkiplabError bad-input for blocks of a network that has none */
export function diagramOf(part: DiagramPart, networks: readonly Network[], options: FigureOptions): string {
  return part === 'networks' ? networkFigure(networks, options) : blockFigure(networks, options, part === 'building-block')
}
