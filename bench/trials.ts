import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

// `npm run trials [-- COUNT]`: the stochastic reliability tests with more random moments than `npm test` takes the time for (100 unless
// said otherwise). `--only streams` takes the tests whose titles have that in them.
const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true })
const count = positionals[0] ?? '100'
if (!/^[1-9]\d*$/.test(count)) {
  process.stderr.write(`trials: expected a number of trials, got "${count}"\n`)
  process.exit(2)
}
const vitest = resolve('node_modules/vitest/vitest.mjs')
const folders = ['test/integration/engine', 'test/integration/places']
const named = values.only === undefined ? [] : ['-t', values.only]
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'integration', ...folders, ...named], {
  stdio: 'inherit',
  env: { ...process.env, TRIALS: count },
})
process.exit(status ?? 1)
