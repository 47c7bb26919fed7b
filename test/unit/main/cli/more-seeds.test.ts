import { expect, it } from 'vitest'
import { moreSeedsHint } from '../../../../src/main/cli/more-seeds.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const run = (family: 'plain' | 'residual', n: number, train: number, seed: number) =>
  sampleRun({ family, n, seed, train, test: train + 0.05 }).summary
const oneSeed = [run('plain', 3, 0.02, 1), run('plain', 9, 0.06, 1), run('residual', 3, 0.02, 1), run('residual', 9, 0.01, 1)]

it('a verdict of one seed a network is followed by the command that queues two more of each', () => {
  expect(moreSeedsHint({ workspace: '/my labs/one', defaultWorkspace: false }, 7, oneSeed)).toBe(
    "More seeds (8 runs): npx skiplab sweep more-seeds 7 --workspace '/my labs/one'",
  )
  expect(moreSeedsHint({ workspace: '/labs', defaultWorkspace: true }, 7, oneSeed)).toBe(
    'More seeds (8 runs): npx skiplab sweep more-seeds 7',
  )
})

it('a verdict that its seeds settle is followed by no command', () => {
  const settled = [1, 2, 3, 4].flatMap((seed) =>
    oneSeed.map((_, index) =>
      run(index < 2 ? 'plain' : 'residual', index % 2 ? 9 : 3, [0.02, 0.3, 0.021, 0.01][index]! + seed / 10_000, seed),
    ),
  )
  expect(moreSeedsHint({ workspace: '/labs', defaultWorkspace: true }, 7, settled)).toBeNull()
})
