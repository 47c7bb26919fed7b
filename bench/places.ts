import { partsArgument, readCommandLine } from './command-line.ts'
import { describeMachine, machineText } from './machine.ts'
import { type Figure, tell } from './page/figures.ts'
import { measureFirstRuns } from './places/first-runs.ts'
import { measureQueued } from './places/queued.ts'

// `npm run bench:places [-- PART ...]`: what runs at other machines cost, with a real SSH server and a real Slurm on loopback.
const parts: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  /** A new place by SSH: its first run, the next ones beside those of this machine, lateness of reports, bytes on the wire. */
  ssh: measureFirstRuns,
  /** Two hundred runs that wait in Slurm: what the engine does meanwhile. */
  queued: measureQueued,
}

const about = 'What runs at other machines cost, with a real SSH server and a real Slurm on loopback.'
const names = Object.keys(parts)
const { args } = readCommandLine('npm run bench:places --', about, (command) => command.addArgument(partsArgument(names)))
let failed = false
for (const name of names.filter((each) => args.length === 0 || args.includes(each))) {
  const measure = parts[name]!
  process.stdout.write(`${machineText(describeMachine())}\n`)
  failed = tell(await measure()) || failed
}
process.exitCode = failed ? 1 : 0
