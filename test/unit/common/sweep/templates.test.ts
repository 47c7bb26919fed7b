import { describe, expect, it } from 'vitest'
import { runFigures } from '../../../../src/common/gallery/run-figures.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { expandSweep, type SweepDataset } from '../../../../src/common/sweep/expand.ts'
import { parseSweepFile, sweepFileText } from '../../../../src/common/sweep/sweep-text.ts'
import { builtInTemplates, templatesFor } from '../../../../src/common/sweep/templates.ts'
import { sweepNamed } from '../../../../src/main/cli/sweep-template.ts'

function images(size: number, train: number): Omit<SweepDataset, 'name' | 'checksum'> {
  return {
    classes: Array.from({ length: 10 }, String),
    image: { size: 'fixed', height: size, width: size, channels: 3 },
    splits: { train: { count: train } },
  }
}

/** What the data sets of templates look like. */
const shapes: Readonly<Record<string, Omit<SweepDataset, 'name' | 'checksum'>>> = {
  'shapes-10': images(32, 5_000),
  cifar10: images(32, 50_000),
  'imagenette-160': images(64, 9_469),
}

describe('every template', () => {
  it.each(builtInTemplates.map((template) => [template.title, template] as const))(
    'every template plans without an error on its data set: %s',
    (_, { sweep }) => {
      const shape = shapes[sweep.dataset]
      expect(shape, `a known data set, got ${sweep.dataset}`).toBeDefined()
      const runs = expandSweep(sweep, { name: sweep.dataset, checksum: 'c'.repeat(64), ...shape! })
      const seeds = typeof sweep.seeds === 'number' ? sweep.seeds : sweep.seeds.length
      const rates = sweep.learningRates?.length ?? 1
      expect(runs).toHaveLength(seeds * sweep.depths.length * rates * sweep.families.length * sweep.shortcuts.length)
      for (const network of new Set(runs.map((run) => run.network))) expect(buildNetwork(network).layers.length).toBeGreaterThan(20)
    },
  )

  it.each(builtInTemplates.map((template) => [template.name, template] as const))(
    'every template is a sweep file that says the same: %s',
    (name, { sweep }) => {
      expect(name).toMatch(/^[a-z0-9-]+$/)
      expect(parseSweepFile(sweepFileText(sweep), 'template.yaml')).toEqual(sweep)
    },
  )

  it('every template has a name of its own, by which or by its title it is found', () => {
    expect(new Set(builtInTemplates.map(({ name }) => name)).size).toBe(builtInTemplates.length)
    const all = { builtIn: builtInTemplates, own: [] }
    expect(sweepNamed(all, 'Figure 4').name).toBe('Figure 4 on Imagenette')
    expect(sweepNamed(all, 'table-3-shortcut-options').shortcuts).toEqual(['A', 'B', 'C'])
    expect(() => sweepNamed(all, 'figure-44')).toThrow('did you mean "figure-4"?')
  })
})

it('Templates take whichever size of Imagenette is there, the smallest where none is, as the gallery does', () => {
  const datasetOf = (datasets: string[]) => templatesFor(datasets).find(({ name }) => name === 'figure-4')!.sweep.dataset
  expect(datasetOf(['cifar10'])).toBe('imagenette-160')
  expect(datasetOf(['imagenette', 'imagenette-320'])).toBe('imagenette-320')
  expect(datasetOf(['imagenette'])).toBe('imagenette')
  expect(runFigures.find(({ id }) => id === 'figure-4')!.sweep.dataset).toBe(datasetOf([]))
})
