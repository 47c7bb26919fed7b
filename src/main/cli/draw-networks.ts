import type { FigureFormat } from '../../common/export/figure.ts'
import { type Network, buildNetwork } from '../../common/network/network.ts'
import { SkiplabError } from '../../common/failure.ts'
import { type DiagramPart, paperDiagrams } from '../../common/paper/diagrams.ts'
import { renderFigure } from '../export/render.ts'
import type { Context } from './command.ts'
import { figureFormatOf } from './figure-format.ts'
import { writeOutput } from './write-file.ts'

/** Pixels of a network beside others. */
const columnWidth = 346

/** What to draw of a network, and how. */
export interface DrawOptions {
  readonly format?: FigureFormat
  readonly title: boolean
  readonly subtitle: boolean
  readonly besidePlain?: boolean
  readonly block?: boolean
}

/** Draws a network, or a block of it, to a file; the plain net of the same depth beside it where that is asked for. */
export async function drawNetwork(context: Context, network: Network, options: DrawOptions, output: string): Promise<void> {
  const beside = options.besidePlain && network.design.family !== 'plain' ? [buildNetwork({ ...network.design, family: 'plain' })] : []
  await draw(context, options.block ? 'blocks' : 'networks', [...beside, network], options, output)
}

/** Draws one of the paper's own figures of networks. @throws SkiplabError bad-input for one that is not there, or without a file */
export async function drawPaperDiagram(context: Context, figure: number, options: DrawOptions, output: string | undefined): Promise<void> {
  const diagram = paperDiagrams.find((one) => one.figure === figure)
  if (!diagram || output === undefined) {
    const known = paperDiagrams.map((one) => `${one.figure} (${one.words})`).join(' or ')
    throw new SkiplabError('bad-input', `Expected --figure ${known} with --output FILE${diagram ? '' : `; got figure ${figure}`}.`)
  }
  await draw(context, diagram.part, diagram.designs.map(buildNetwork), options, output)
}

async function draw(
  context: Context,
  part: DiagramPart,
  networks: readonly Network[],
  { format, title, subtitle }: DrawOptions,
  output: string,
): Promise<void> {
  const { diagramOf } = await import('../export/diagram.ts')
  const kind = format ?? figureFormatOf(output)
  const svg = diagramOf(part, networks, { width: columnWidth * networks.length, title: null, show: { title, subtitle } })
  const file = writeOutput(context, output, () => output, await renderFigure(svg, kind))
  if (file === null) return
  const names = networks.map(({ name }) => name)
  context.output.value({ file, networks: names, format: kind })
  if (!context.output.json) context.output.text(`${file}: ${names.join(' and ')}`)
}
