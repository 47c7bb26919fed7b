import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { integer } from '../src/main/cli/values.ts'
import { readCommandLine } from './command-line.ts'
import { describeMachine, machineText } from './machine.ts'
import { placeTrialsSchema, placeTrialsText } from './place-trials.ts'

// `npm run trials [-- COUNT]`: the stochastic reliability tests with more random moments than `npm test` takes the time for (100 unless
// said otherwise). `--only streams` takes the tests whose titles have that in them. `npm run trials -- places`: the forty of places, with
// their table, which is written to docs/places-trials.md.
const placeTrials = 40
const readCount = integer('a number of trials, or "places"', 1, 10_000)
const { options, args } = readCommandLine<{ readonly only?: string }>(
  'npm run trials --',
  'Reliability tests at more random moments.',
  (command) =>
    command
      .argument('[count]', 'trials of each kind, or "places"', (text) => (text === 'places' ? text : String(readCount(text))))
      .option('--only <title>', 'tests whose titles have this in them'),
)
const [what = '100'] = args

function runTests(paths: readonly string[], env: Readonly<Record<string, string>>): number {
  const named = options.only === undefined ? [] : ['-t', options.only]
  const vitest = resolve('node_modules/vitest/vitest.mjs')
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'integration', ...paths, ...named], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  return status ?? 1
}

function runPlaceTrials(): number {
  const folder = mkdtempSync(join(tmpdir(), 'skiplab-trials-'))
  const file = join(folder, 'table.json')
  try {
    const machine = machineText(describeMachine())
    const status = runTests(['test/integration/places/harmed-sweeps'], { TRIALS: String(placeTrials), TRIALS_TABLE: file })
    if (!existsSync(file)) return status
    const trials = placeTrialsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    const text = placeTrialsText(trials, machine)
    process.stdout.write(text)
    if (trials.length === placeTrials) writeFileSync(resolve('docs', 'places-trials.md'), text)
    return status
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exitCode = what === 'places' ? runPlaceTrials() : runTests(['test/integration/engine', 'test/integration/places'], { TRIALS: what })
