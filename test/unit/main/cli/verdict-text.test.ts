import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { outcomeText } from '../../../../src/main/cli/follow-sweep.ts'
import { demoSweep } from '../../../../src/common/sweep/demo-sweep.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const readme = readFileSync('README.md', 'utf8')
/** The demo's runs as the README shows them: name, epochs, errors at the last epoch and the best in percent, time. */
const shown = [
  ...readme.matchAll(
    /^ +\d+ {2}(plain|residual)-(\d+)(?: A)?, seed 1 .* (\d+)\/\d+ +([\d.]+) % +([\d.]+) % +([\d.]+) % +(?:(\d+) min )?(\d+) s$/gm,
  ),
]

it('the README shows what the demo ends with, word for word', () => {
  expect(shown).toHaveLength(demoSweep.families.length * demoSweep.depths.length)
  const runs = shown.map(([, family, layers, epochs, train, test, best, minutes, seconds], index) => {
    const { summary } = sampleRun({
      family: family as 'plain' | 'residual',
      n: (Number(layers) - 2) / 6,
      train: Number(train) / 100,
      test: Number(test) / 100,
      epochs: Number(epochs),
      dataset: demoSweep.dataset,
    })
    const settings = { ...summary.settings, recipe: { ...summary.settings.recipe, name: demoSweep.recipe } }
    return {
      ...summary,
      id: index + 1,
      settings,
      bestEpoch: { epoch: 1, results: { ...summary.lastEpoch!.results, test: { loss: 1, topOneError: Number(best) / 100 } } },
      trainedMs: (60 * Number(minutes ?? 0) + Number(seconds)) * 1000,
    }
  })
  const block = readme.slice(readme.indexOf('run  name'), readme.indexOf('\n```', readme.indexOf('run  name')))
  expect(block.trim()).toBe(
    outcomeText(runs)
      .replaceAll(/\u001b\[\d+m/g, '')
      .trim(),
  )
})
