import { expect, it } from 'vitest'
import { effectTable } from '../../../../src/common/effects/effect-table.ts'
import { effectsText } from '../../../../src/main/cli/compare.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

it('compared networks are a row each, with interval, effect size, pairs, both p-values and the finding in words', () => {
  const errors = { plain: [0.31, 0.325, 0.318], residual: [0.211, 0.224, 0.22] }
  const runs = (['plain', 'residual'] as const).flatMap((family) =>
    errors[family].map((test, index) => sampleRun({ family, n: 9, seed: index + 1, train: test, test }).summary),
  )
  const text = effectsText(effectTable('cifar10', runs)).replaceAll(/\u001b\[\d+m/g, '')
  expect(text).toContain('test error, %')
  // numpy: differences -0.099, -0.101, -0.098; scipy.stats.ttest_rel gives p = 0.0000788.
  expect(text).toMatch(
    /56 layers {2}31\.77 ± 0\.75 +21\.83 ± 0\.67 +−9\.93 +−10\.31 to −9\.55 +−\d\.\d\d +3 pairs +< 0\.001 +< 0\.001 +lower/,
  )
})
