import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

// `npm run trials [-- COUNT]`: the stochastic reliability tests with more random moments than `npm test` takes the time for (100 unless
// said otherwise).
const count = process.argv[2] ?? '100'
if (!/^[1-9]\d*$/.test(count)) {
  process.stderr.write(`trials: expected a number of trials, got "${count}"\n`)
  process.exit(2)
}
const vitest = resolve('node_modules/vitest/vitest.mjs')
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'integration', 'test/integration/engine'], {
  stdio: 'inherit',
  env: { ...process.env, TRIALS: count },
})
process.exit(status ?? 1)
