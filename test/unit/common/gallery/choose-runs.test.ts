import { describe, expect, it } from 'vitest'
import { responseWords } from '../../../../src/common/analysis-figures/response-words.ts'
import { figureDeviations, runCaption } from '../../../../src/common/gallery/caption.ts'
import { chooseRuns, drawnRuns } from '../../../../src/common/gallery/choose-runs.ts'
import { type RunFigureId, runFigures } from '../../../../src/common/gallery/run-figures.ts'
import { type Sample, sampleRun } from '../../../fixtures/sample-runs.ts'

const figure = (id: RunFigureId) => runFigures.find((one) => one.id === id)!
const runs = (samples: readonly Sample[]) => samples.map((sample) => sampleRun(sample).summary)
const shown = (chosen: ReturnType<typeof chooseRuns>) => chosen.networks.filter((network) => network.shown).map(({ name }) => name)
const error = { train: 0.03, test: 0.09 }

describe('runs of a gallery figure', () => {
  it('a figure takes the experiment that has most of the paper’s networks, and every seed of them', () => {
    const chosen = chooseRuns(
      figure('figure-1'),
      runs([
        { family: 'plain', n: 1, ...error, epochs: 3 },
        { family: 'plain', n: 2, ...error, epochs: 3 },
        { family: 'plain', n: 7, ...error, epochs: 3 },
        { family: 'plain', n: 3, ...error },
        { family: 'plain', n: 3, seed: 2, ...error },
        { family: 'plain', n: 7, ...error },
        { family: 'plain', n: 9, ...error },
        { family: 'residual', n: 9, ...error },
      ]),
    )
    expect(chosen.experiment).toContain('30 epochs')
    expect(shown(chosen)).toEqual(['plain-20', 'plain-56'])
    expect(drawnRuns(chosen)).toHaveLength(3)
    expect(chosen.missing).toEqual([])
    expect(chosen.sweep).toBeNull()
  })

  it('a figure of two depths takes the shallowest and the deepest net where the paper’s are not there, and says so', () => {
    const chosen = chooseRuns(figure('figure-1'), runs([1, 2, 4].map((n) => ({ family: 'plain', n, ...error }))))
    expect(shown(chosen)).toEqual(['plain-8', 'plain-26'])
    expect(chosen.missing).toEqual(['plain-20', 'plain-56'])
    expect(figureDeviations(chosen)[0]).toBe('plain nets of 8 and 26 layers instead of 20 and 56')
  })

  it('what is missing is a sweep of just these networks, with the recipe and as many seeds as the others', () => {
    const chosen = chooseRuns(
      figure('figure-6'),
      runs(
        [1, 2].flatMap((seed) => [
          { family: 'plain', n: 3, seed, ...error },
          { family: 'residual', n: 3, seed, ...error },
          { family: 'residual', n: 9, seed, ...error },
        ]),
      ),
    )
    expect(chosen.missing).toEqual(['plain-32', 'plain-44', 'plain-56', 'residual-32 A', 'residual-44 A', 'residual-110 A'])
    expect(chosen.sweep).toMatchObject({ recipe: 'cifar10-30', families: ['plain', 'residual'], seeds: [1, 2], depths: [32, 44, 56, 110] })
    expect(chosen.sweep!.exclude).toEqual([
      { family: 'plain', depth: 110 },
      { family: 'residual', depth: 56, shortcut: 'A' },
    ])
  })

  it('networks that wait are named as missing and not queued once more', () => {
    const chosen = chooseRuns(
      figure('figure-1'),
      runs([
        { family: 'plain', n: 3, ...error },
        { family: 'plain', n: 9, ...error, state: 'waiting' },
      ]),
    )
    expect(chosen.missing).toEqual(['plain-56 (1 to come)'])
    expect(chosen.sweep).toBeNull()
  })

  it('without any run a figure offers the paper’s nets on its data', () => {
    const chosen = chooseRuns(figure('figure-4'), [])
    expect(chosen.sweep).toMatchObject({
      architecture: 'imagenet',
      dataset: 'imagenette-160',
      families: ['plain', 'residual'],
      depths: [18, 34],
    })
    expect(chooseRuns(figure('figure-4'), [], {}, ['shapes-10', 'imagenette']).sweep!.dataset).toBe('imagenette')
    expect(runCaption(chosen).text).toContain('no run of this kind has finished')
  })

  it('a person’s choice of experiment and networks goes before what was found', () => {
    const all = runs([
      { family: 'plain', n: 3, ...error },
      { family: 'plain', n: 5, ...error },
      { family: 'plain', n: 9, ...error },
      { family: 'plain', n: 1, ...error, dataset: 'shapes-10' },
    ])
    expect(shown(chooseRuns(figure('figure-1'), all, { networks: ['plain-32'] }))).toEqual(['plain-32'])
    const other = chooseRuns(figure('figure-1'), all).experiments.find((label) => label.startsWith('shapes-10'))!
    const chosen = chooseRuns(figure('figure-1'), all, { experiment: other })
    expect(shown(chosen)).toEqual(['plain-8'])
    expect(figureDeviations(chosen)).toContain('data shapes-10 (10 classes) instead of CIFAR-10 (10 classes)')
  })

  it('the caption of Figure 7 says what the responses are, on which images, and what its bands are', () => {
    const { text } = runCaption(chooseRuns(figure('figure-7'), runs([1, 2, 3].map((seed) => ({ family: 'plain', n: 3, seed, ...error })))))
    expect(text).toContain(
      'Standard deviation of all values of each layer’s response, after BN (by its running statistics) and before nonlinearity and ' +
        'addition, on the first 1,000 test images, without augmentation.',
    )
    expect(text).toContain('n = 3 seeds for each network; lines are means, bands ± one standard deviation over them.')
    expect(responseWords('mean', [{ statisticsSize: 0 }])).toContain('Mean of all values')
    expect(responseWords('std', [{ statisticsSize: 0 }, { statisticsSize: 500 }])).toContain('500 test images, or those of an analysis,')
  })

  it('a caption tells seeds, recipe, checksum and what is not the paper’s, as text and as LaTeX', () => {
    const { text, latex } = runCaption(
      chooseRuns(figure('figure-6'), runs([1, 2, 3].map((seed) => ({ family: 'plain', n: 3, seed, ...error })))),
    )
    expect(text).toContain('n = 3 seeds for each network')
    expect(text).toContain('Recipe cifar10-30 (30 epochs, batch 128)')
    expect(text).toContain(`SHA-256 ${'c'.repeat(12)}.`)
    expect(text).toContain('no residual nets; epochs 30 instead of 64000 iterations')
    expect(latex).toMatch(/^\\caption\{Figure 6\. .*\$\\pm\$ one standard deviation/)
  })
})
