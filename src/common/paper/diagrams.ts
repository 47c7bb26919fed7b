import { designAt, type NetworkDesign } from '../network/design.ts'

/** What of networks a diagram shows: all layers, one block each with everything in it, or such a block with what it computes. */
export const diagramParts = ['networks', 'blocks', 'building-block'] as const
export type DiagramPart = (typeof diagramParts)[number]

/** A figure of networks in Deep Residual Learning for Image Recognition, drawn from the graphs of its networks. */
export interface PaperDiagram {
  /** Number of the figure in the paper. */
  readonly figure: number
  readonly words: string
  readonly part: DiagramPart
  readonly designs: readonly NetworkDesign[]
}

const photographs = { inputShape: [224, 224, 3] as [number, number, number], classes: 1000 }
const residual = (depth: number): NetworkDesign => designAt('imagenet', { family: 'residual', depth, shortcut: 'B', ...photographs })

/** Figures 2, 3 and 5. */
export const paperDiagrams: readonly PaperDiagram[] = [
  {
    figure: 2,
    words: 'Residual learning: a building block, of ResNet-20',
    part: 'building-block',
    designs: [designAt('cifar', { family: 'residual', depth: 20, shortcut: 'A', inputShape: [32, 32, 3], classes: 10 })],
  },
  {
    figure: 3,
    words: 'VGG-19, a plain and a residual net of 34 layers',
    part: 'networks',
    designs: [
      designAt('vgg', { family: 'plain', depth: 19, shortcut: 'A', ...photographs }),
      designAt('imagenet', { family: 'plain', depth: 34, shortcut: 'A', ...photographs }),
      // Its dashed shortcuts are of either option; A has as many parameters as the plain net.
      designAt('imagenet', { family: 'residual', depth: 34, shortcut: 'A', ...photographs }),
    ],
  },
  {
    figure: 5,
    words: 'A block of ResNet-34 and a bottleneck of ResNet-50',
    part: 'blocks',
    designs: [residual(34), residual(50)],
  },
]
