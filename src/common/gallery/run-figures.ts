import type { Family } from '../network/families/families.ts'
import type { Sweep } from '../sweep/sweep.ts'
import { usualImagenette } from '../sweep/templates.ts'

export const runFigureIds = ['figure-1', 'figure-4', 'figure-6', 'figure-7', 'error-depth', 'error-cost'] as const
export type RunFigureId = (typeof runFigureIds)[number]

/** A family's nets that the paper has in a figure. */
export interface WantedNets {
  readonly family: Family
  /** Weighted layers, ascending. */
  readonly depths: readonly number[]
}

/** A figure of the gallery that is drawn from own runs. */
export interface RunFigure {
  readonly id: RunFigureId
  /** "Figure 1" for one of the paper's. */
  readonly name: string
  /** What it shows, in a sentence's words without its end. */
  readonly words: string
  /** Where its nets are of one layout; null for any. */
  readonly architecture: string | null
  readonly wanted: readonly WantedNets[]
  /** The paper's data. */
  readonly dataset: string
  /** Whether of depths that are not the paper's only the shallowest and the deepest are drawn. */
  readonly twoDepths: boolean
  /** Trains the wanted nets where no run at all is there. */
  readonly sweep: Pick<Sweep, 'dataset' | 'recipe' | 'architecture' | 'shortcuts' | 'widths'>
}

const cifarSweep = { dataset: 'cifar10', recipe: 'cifar10-30', architecture: 'cifar', shortcuts: ['A'], widths: [[16, 32, 64]] } as const
const onCifar = {
  architecture: 'cifar',
  dataset: 'cifar10',
  twoDepths: false,
  sweep: { ...cifarSweep, shortcuts: ['A'], widths: [[16, 32, 64]] },
} satisfies Partial<RunFigure>
const plainAndResidual = [
  { family: 'plain', depths: [20, 32, 44, 56] },
  { family: 'residual', depths: [20, 32, 44, 56] },
] as const

/** Figures 1, 4, 6 and 7 of Deep Residual Learning for Image Recognition, and what their numbers look like over depth and over cost. */
export const runFigures: readonly RunFigure[] = [
  {
    ...onCifar,
    id: 'figure-1',
    name: 'Figure 1',
    words: 'Training error (left) and test error (right) of plain nets',
    wanted: [{ family: 'plain', depths: [20, 56] }],
    twoDepths: true,
  },
  {
    id: 'figure-4',
    name: 'Figure 4',
    words: 'Training of ImageNet nets: plain (left), residual (right)',
    architecture: 'imagenet',
    wanted: [
      { family: 'plain', depths: [18, 34] },
      { family: 'residual', depths: [18, 34] },
    ],
    dataset: 'imagenet',
    twoDepths: false,
    // The paper's residual nets of this figure have option A: as many parameters as the plain ones.
    sweep: { dataset: usualImagenette, recipe: 'imagenette-20', architecture: 'imagenet', shortcuts: ['A'], widths: [[64, 128, 256, 512]] },
  },
  {
    ...onCifar,
    id: 'figure-6',
    name: 'Figure 6',
    words: 'Training of CIFAR nets: plain (left), residual (right)',
    wanted: [plainAndResidual[0], { family: 'residual', depths: [20, 32, 44, 56, 110] }],
  },
  {
    ...onCifar,
    id: 'figure-7',
    name: 'Figure 7',
    words: 'Standard deviations of layer responses, after BN and before the nonlinearity: in the order of layers (top), sorted (bottom)',
    wanted: [
      { family: 'plain', depths: [20, 56] },
      { family: 'residual', depths: [20, 56, 110] },
    ],
  },
  {
    ...onCifar,
    id: 'error-depth',
    name: 'Error against depth',
    words: 'Training and test error against depth',
    architecture: null,
    wanted: plainAndResidual,
  },
  {
    ...onCifar,
    id: 'error-cost',
    name: 'Error against cost',
    words: 'Test error against multiply-adds, parameters and time of training',
    architecture: null,
    wanted: plainAndResidual,
  },
]
