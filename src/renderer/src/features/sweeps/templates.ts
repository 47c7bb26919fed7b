import { type Draft, paperWidths } from './draft.ts'

export interface Template {
  readonly title: string
  readonly words: string
  readonly draft: Draft
}

const common = { name: '', set: {}, shortcuts: ['A' as const], widths: paperWidths, seeds: 1, struck: [] }

/** Starting points, from minutes to the paper's own experiments. */
export const templates: readonly Template[] = [
  {
    title: 'First look',
    words: 'Plain against residual at two depths on generated images; minutes',
    draft: { ...common, dataset: 'shapes-10', recipe: 'demo', families: ['plain', 'residual'], n: [1, 5] },
  },
  {
    title: 'Overnight',
    words: 'Plain against residual, 20 and 56 layers on CIFAR-10, ten epochs',
    draft: { ...common, dataset: 'cifar10', recipe: 'cifar10-10', families: ['plain', 'residual'], n: [3, 9] },
  },
  {
    title: 'Figure 6',
    words: 'The paper’s degradation experiment: 20 to 56 layers on CIFAR-10, 64,000 iterations',
    draft: { ...common, dataset: 'cifar10', recipe: 'paper-cifar10', families: ['plain', 'residual'], n: [3, 5, 7, 9] },
  },
  {
    title: 'Table 6',
    words: 'ResNet-20 to ResNet-110 on CIFAR-10, 64,000 iterations',
    draft: { ...common, dataset: 'cifar10', recipe: 'paper-cifar10', families: ['residual'], n: [3, 5, 7, 9, 18] },
  },
  {
    title: 'Shortcut options',
    words: 'Identity or projection: options A, B and C at 20 and 56 layers, three seeds',
    draft: { ...common, dataset: 'cifar10', recipe: 'cifar10-30', families: ['residual'], shortcuts: ['A', 'B', 'C'], n: [3, 9], seeds: 3 },
  },
]

export function draftOf(template: Template): Draft {
  return JSON.parse(JSON.stringify(template.draft)) as Draft // a deep copy of plain data
}
