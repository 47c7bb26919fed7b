import { defaultArchitecture } from '../../../../common/network/architectures/architectures.ts'
import { demoSweep } from '../../../../common/sweep/demo-sweep.ts'
import { type Draft, usualWidthsOf } from './draft.ts'

export interface BuiltInTemplate {
  readonly title: string
  readonly words: string
  /** Whether it takes the paper's own recipe, which trains for hours to days. */
  readonly paper: boolean
  readonly draft: Draft
}

const common = {
  name: '',
  architecture: defaultArchitecture,
  set: {},
  shortcuts: ['A' as const],
  widths: [usualWidthsOf(defaultArchitecture)],
  seeds: 1,
  priority: 0,
  struck: [],
}
const paper = { ...common, dataset: 'cifar10', recipe: 'paper-cifar10' }
const warmUp = { warmupLearningRate: 0.01 }

/** Starting points, from minutes to the paper's own experiments on CIFAR-10. */
export const templates: readonly BuiltInTemplate[] = [
  {
    title: 'First look',
    words: 'Plain against residual at two depths on generated images; minutes',
    paper: false,
    draft: { ...common, dataset: demoSweep.dataset, recipe: demoSweep.recipe, families: demoSweep.families, depths: demoSweep.depths },
  },
  {
    title: 'Overnight',
    words: 'Plain against residual, 20 and 56 layers on CIFAR-10, ten epochs',
    paper: false,
    draft: { ...common, dataset: 'cifar10', recipe: 'cifar10-10', families: ['plain', 'residual'], depths: [20, 56] },
  },
  {
    title: 'Shortcut options',
    words: 'Identity or projection: options A, B and C at 20 and 56 layers, three seeds, 30 epochs',
    paper: false,
    draft: {
      ...common,
      dataset: 'cifar10',
      recipe: 'cifar10-30',
      families: ['residual'],
      shortcuts: ['A', 'B', 'C'],
      depths: [20, 56],
      seeds: 3,
    },
  },
  {
    title: 'Figure 1',
    words: 'Plain nets of 20 and 56 layers: the deeper one has the higher training error',
    paper: true,
    draft: { ...paper, name: 'Figure 1', families: ['plain'], depths: [20, 56] },
  },
  {
    title: 'Figure 6',
    words: 'Plain and residual nets of 20, 32, 44 and 56 layers; ResNet-110, with its warm-up, is a template of its own',
    paper: true,
    draft: { ...paper, name: 'Figure 6', families: ['plain', 'residual'], depths: [20, 32, 44, 56] },
  },
  {
    title: 'Figure 6, 110 and 1202',
    words: 'ResNet-110 and ResNet-1202 with a warm-up at 0.01; weeks on a CPU',
    paper: true,
    draft: { ...paper, name: 'Figure 6, 110 and 1202', set: warmUp, families: ['residual'], depths: [110, 1202] },
  },
  {
    title: 'Figure 7',
    words: 'Layer responses of plain and residual nets with 20 and 56 layers',
    paper: true,
    draft: { ...paper, name: 'Figure 7', families: ['plain', 'residual'], depths: [20, 56] },
  },
  {
    title: 'Table 6',
    words: 'ResNet-20, 32, 44 and 56 as in the table',
    paper: true,
    draft: { ...paper, name: 'Table 6', families: ['residual'], depths: [20, 32, 44, 56] },
  },
  {
    title: 'Table 6, ResNet-110',
    words: 'ResNet-110 with a warm-up at 0.01, five seeds: 6.61 ± 0.16 % in the paper',
    paper: true,
    draft: { ...paper, name: 'Table 6, ResNet-110', set: warmUp, families: ['residual'], depths: [110], seeds: 5 },
  },
]

export function draftOf(template: BuiltInTemplate): Draft {
  return structuredClone(template.draft)
}
