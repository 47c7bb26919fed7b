import { z } from 'zod'
import { presentSize } from '../data/dataset-sizes.ts'
import { demoSweep } from './demo-sweep.ts'
import { type SweepInput, sweepSchema } from './sweep.ts'

/** The paper's own have its recipe, which trains for hours to days; its nets for ImageNet are here for a subset. */
const groups = ['begin', 'paper', 'imagenette'] as const

export const builtInTemplateSchema = z.strictObject({
  /** "figure-4": what the command line calls it. */
  name: z.string(),
  title: z.string(),
  /** What it trains, without a full stop. */
  words: z.string(),
  group: z.enum(groups),
  /** Named after the template, or what it is for. */
  sweep: sweepSchema,
})
export type BuiltInTemplate = z.output<typeof builtInTemplateSchema>

/** The smallest Imagenette; any other that is there does as well, see {@link templatesFor}. */
export const usualImagenette = 'imagenette-160'

/** A sweep without its name, which is the template's title unless it says another. */
type Wanted = Omit<SweepInput, 'name'> & { readonly name?: string }

const paper = { dataset: 'cifar10', recipe: 'paper-cifar10' }
const imagenette = { dataset: usualImagenette, recipe: 'imagenette-20', architecture: 'imagenet', shortcuts: ['A' as const] }
const warmUp = { warmupLearningRate: 0.01 }

function template(group: BuiltInTemplate['group'], title: string, words: string, sweep: Wanted): BuiltInTemplate {
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '')
  return { name, title, words, group, sweep: sweepSchema.parse({ name: title, ...sweep }) }
}

/** Starting points, from minutes to the paper's own experiments on CIFAR-10, and those on ImageNet with ten of its classes. */
export const builtInTemplates: readonly BuiltInTemplate[] = [
  template('begin', 'First look', 'Plain against residual at two depths on generated images; minutes', {
    ...demoSweep,
    name: 'First look',
  }),
  template('begin', 'Overnight', 'Plain against residual, 20 and 56 layers on CIFAR-10, ten epochs', {
    dataset: 'cifar10',
    recipe: 'cifar10-10',
    families: ['plain', 'residual'],
    depths: [20, 56],
  }),
  template('begin', 'Shortcut options', 'Identity or projection: options A, B and C at 20 and 56 layers, three seeds, 30 epochs', {
    dataset: 'cifar10',
    recipe: 'cifar10-30',
    families: ['residual'],
    shortcuts: ['A', 'B', 'C'],
    depths: [20, 56],
    seeds: 3,
  }),
  template(
    'begin',
    'Learning rate and depth',
    'Plain and residual nets of three depths at four learning rates on CIFAR-10, ten epochs: a map of where they train',
    {
      dataset: 'cifar10',
      recipe: 'cifar10-10',
      families: ['plain', 'residual'],
      depths: [20, 32, 56],
      learningRates: [0.01, 0.03, 0.1, 0.3],
    },
  ),
  template('paper', 'Figure 1', 'Plain nets of 20 and 56 layers: the deeper one has the higher training error', {
    ...paper,
    families: ['plain'],
    depths: [20, 56],
  }),
  template(
    'paper',
    'Figure 6',
    'Plain and residual nets of 20, 32, 44 and 56 layers; ResNet-110, with its warm-up, is a template of its own',
    { ...paper, families: ['plain', 'residual'], depths: [20, 32, 44, 56] },
  ),
  template('paper', 'Figure 6, 110 and 1202', 'ResNet-110 and ResNet-1202 with a warm-up at 0.01; weeks on a CPU', {
    ...paper,
    set: warmUp,
    families: ['residual'],
    depths: [110, 1202],
  }),
  template('paper', 'Figure 7', 'Layer responses of plain and residual nets with 20 and 56 layers', {
    ...paper,
    families: ['plain', 'residual'],
    depths: [20, 56],
  }),
  template('paper', 'Table 6', 'ResNet-20, 32, 44 and 56 as in the table', {
    ...paper,
    families: ['residual'],
    depths: [20, 32, 44, 56],
  }),
  template('paper', 'Table 6, ResNet-110', 'ResNet-110 with a warm-up at 0.01, five seeds: 6.61 ± 0.16 % in the paper', {
    ...paper,
    set: warmUp,
    families: ['residual'],
    depths: [110],
    seeds: 5,
  }),
  template(
    'imagenette',
    'Figure 4',
    'Plain and residual nets of 18 and 34 layers at 64 pixels, 20 epochs, shortcuts without parameters; hours on a CPU',
    { ...imagenette, name: 'Figure 4 on Imagenette', families: ['plain', 'residual'], depths: [18, 34] },
  ),
  template(
    'imagenette',
    'Table 2',
    'The nets of Figure 4 with two seeds each, so that differences can be told from chance; twice as long',
    { ...imagenette, name: 'Table 2 on Imagenette', families: ['plain', 'residual'], depths: [18, 34], seeds: 2 },
  ),
  template(
    'imagenette',
    'Table 3, shortcut options',
    'ResNet-34 with zero padding, projection where wider and projection everywhere, two seeds each; hours on a CPU',
    {
      ...imagenette,
      name: 'Shortcut options on Imagenette',
      families: ['residual'],
      shortcuts: ['A', 'B', 'C'],
      depths: [34],
      seeds: 2,
    },
  ),
]

/** The same with the size of their data set that is there. @param datasets names of those present */
export function templatesFor(datasets: readonly string[]): BuiltInTemplate[] {
  return builtInTemplates.map((one) => ({ ...one, sweep: { ...one.sweep, dataset: presentSize(one.sweep.dataset, datasets) } }))
}
