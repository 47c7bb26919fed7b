import { defaultArchitecture } from '../../../../common/network/architectures/architectures.ts'
import { demoSweep } from '../../../../common/sweep/demo-sweep.ts'
import { type Draft, usualWidthsOf } from './draft.ts'

export interface BuiltInTemplate {
  readonly title: string
  readonly words: string
  /** The paper's own have its recipe, which trains for hours to days; its nets for ImageNet are here for a subset. */
  readonly group: 'begin' | 'paper' | 'imagenette'
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
const imagenette = {
  ...common,
  dataset: 'imagenette-160',
  recipe: 'imagenette-20',
  architecture: 'imagenet',
  widths: [usualWidthsOf('imagenet')],
}
const warmUp = { warmupLearningRate: 0.01 }

/** Starting points, from minutes to the paper's own experiments on CIFAR-10, and those on ImageNet with ten of its classes. */
export const templates: readonly BuiltInTemplate[] = [
  {
    title: 'First look',
    words: 'Plain against residual at two depths on generated images; minutes',
    group: 'begin',
    draft: { ...common, dataset: demoSweep.dataset, recipe: demoSweep.recipe, families: demoSweep.families, depths: demoSweep.depths },
  },
  {
    title: 'Overnight',
    words: 'Plain against residual, 20 and 56 layers on CIFAR-10, ten epochs',
    group: 'begin',
    draft: { ...common, dataset: 'cifar10', recipe: 'cifar10-10', families: ['plain', 'residual'], depths: [20, 56] },
  },
  {
    title: 'Shortcut options',
    words: 'Identity or projection: options A, B and C at 20 and 56 layers, three seeds, 30 epochs',
    group: 'begin',
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
    title: 'Learning rate and depth',
    words: 'Plain and residual nets of three depths at four learning rates on CIFAR-10, ten epochs: a map of where they train',
    group: 'begin',
    draft: {
      ...common,
      name: 'Learning rate and depth',
      dataset: 'cifar10',
      recipe: 'cifar10-10',
      families: ['plain', 'residual'],
      depths: [20, 32, 56],
      learningRates: [0.01, 0.03, 0.1, 0.3],
    },
  },
  {
    title: 'Figure 1',
    words: 'Plain nets of 20 and 56 layers: the deeper one has the higher training error',
    group: 'paper',
    draft: { ...paper, name: 'Figure 1', families: ['plain'], depths: [20, 56] },
  },
  {
    title: 'Figure 6',
    words: 'Plain and residual nets of 20, 32, 44 and 56 layers; ResNet-110, with its warm-up, is a template of its own',
    group: 'paper',
    draft: { ...paper, name: 'Figure 6', families: ['plain', 'residual'], depths: [20, 32, 44, 56] },
  },
  {
    title: 'Figure 6, 110 and 1202',
    words: 'ResNet-110 and ResNet-1202 with a warm-up at 0.01; weeks on a CPU',
    group: 'paper',
    draft: { ...paper, name: 'Figure 6, 110 and 1202', set: warmUp, families: ['residual'], depths: [110, 1202] },
  },
  {
    title: 'Figure 7',
    words: 'Layer responses of plain and residual nets with 20 and 56 layers',
    group: 'paper',
    draft: { ...paper, name: 'Figure 7', families: ['plain', 'residual'], depths: [20, 56] },
  },
  {
    title: 'Table 6',
    words: 'ResNet-20, 32, 44 and 56 as in the table',
    group: 'paper',
    draft: { ...paper, name: 'Table 6', families: ['residual'], depths: [20, 32, 44, 56] },
  },
  {
    title: 'Table 6, ResNet-110',
    words: 'ResNet-110 with a warm-up at 0.01, five seeds: 6.61 ± 0.16 % in the paper',
    group: 'paper',
    draft: { ...paper, name: 'Table 6, ResNet-110', set: warmUp, families: ['residual'], depths: [110], seeds: 5 },
  },
  {
    title: 'Figure 4',
    words: 'Plain and residual nets of 18 and 34 layers at 64 pixels, 20 epochs, shortcuts without parameters; hours on a CPU',
    group: 'imagenette',
    draft: { ...imagenette, name: 'Figure 4 on Imagenette', families: ['plain', 'residual'], depths: [18, 34] },
  },
  {
    title: 'Table 2',
    words: 'The nets of Figure 4 with two seeds each, so that differences can be told from chance; twice as long',
    group: 'imagenette',
    draft: { ...imagenette, name: 'Table 2 on Imagenette', families: ['plain', 'residual'], depths: [18, 34], seeds: 2 },
  },
  {
    title: 'Table 3, shortcut options',
    words: 'ResNet-34 with zero padding, projection where wider and projection everywhere, two seeds each; hours on a CPU',
    group: 'imagenette',
    draft: {
      ...imagenette,
      name: 'Shortcut options on Imagenette',
      families: ['residual'],
      shortcuts: ['A', 'B', 'C'],
      depths: [34],
      seeds: 2,
    },
  },
]

export function draftOf(template: BuiltInTemplate): Draft {
  return structuredClone(template.draft)
}
