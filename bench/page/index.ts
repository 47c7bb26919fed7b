import { join } from 'node:path'
import { partsArgument, readCommandLine } from '../command-line.ts'
import { describeMachine, machineText } from '../machine.ts'
import { type Figure, inFolder, tell } from './figures.ts'
import { measureHour } from './hour.ts'
import { measureLive } from './live.ts'
import { measureManyRuns } from './many-runs.ts'
import { measureNewcomer } from './newcomer.ts'
import { measureRunTable } from './run-table.ts'
import { measureStepCurves } from './step-curves.ts'

// `npm run bench:page [-- PART ...]`: what the page costs and how quick it is, in a real Chromium without a graphics card.
const parts: Readonly<Record<string, (workspace: string) => Promise<readonly Figure[]>>> = {
  /** 20 runs of 64,000 logged steps each: pan, zoom, memory. */
  curves: measureStepCurves,
  /** An hour of updates of a running run, as fast as the page takes them. */
  hour: measureHour,
  /** A real training: from the worker's report to the screen, and what the open page costs training. */
  live: measureLive,
  /** 10,000 runs of 200 epochs. */
  many: measureManyRuns,
  /** A new workspace: from the first window to the figure of "First look". */
  newcomer: measureNewcomer,
  /** 10,000 runs in the list: filter, sort, group. */
  table: measureRunTable,
}

const about = 'What the page costs and how quick it is, in a real Chromium without a graphics card.'
const names = Object.keys(parts)
const { args } = readCommandLine('npm run bench:page --', about, (command) => command.addArgument(partsArgument(names)))
process.stdout.write(`${machineText(describeMachine())}\n`)
let failed = false
for (const name of names.filter((each) => args.length === 0 || args.includes(each))) {
  const measure = parts[name]!
  failed = (await inFolder(async (folder) => tell(await measure(join(folder, 'workspace'))))) || failed
}
process.exitCode = failed ? 1 : 0
