/**
 * `npm run parity`: the same weights and the same batches, ten updates in Skiplab's programs and in PyTorch. `--only imagenet` takes the
 * comparisons whose titles have that in them, `--precision fp32` or `bf16` one of both. `npm run parity -- weights` loads exported weights
 * in other programs instead, see parity/exported-weights.ts, and imports PyTorch's files, see parity/imported-weights.ts (alone: `npm run
 * parity -- imports`); `npm run parity -- protocols` compares test protocols, see parity/protocols.ts; `npm run parity --
 * layers`, `gradients` and `lesions` hold analyses against it, see the files of these names in parity.
 *
 * Bars in fp32: each step's loss within 1e-4 relative, each weight and running statistic within 1e-3 after ten updates, the way that
 * all weights together have moved within 5 % of its length, which is as hard at a low rate as at a high one, and each parameter's first
 * gradient within 5 % of its norm; where one is missed, three times what PyTorch's own fp32 is away from its fp64.
 * In bf16: no farther from PyTorch's fp32 than twice as far as PyTorch's own bf16 is, each the mean over three starts.
 * What is compared is listed in parity/cases.ts: every architecture, family, shortcut option and setting, and every way to update.
 * Data: shapes-10, no augmentation, mean subtracted; weights: Skiplab's own initialisation. The peer
 * (`peer/updates.py`) shares none of this code: it builds the network, steps its own optimiser and schedules, and gets fp32 batches.
 *
 * Learning rates are below the recipe's 0.1 because an untrained ReLU network is chaotic: an activation within rounding of
 * zero falls on either side of the kink, one such flip changes a gradient by 0.5 %, and plain nets amplify it. At 0.1, n = 3,
 * PyTorch's own fp32 is 1e-2 away from its own fp64 after ten updates. `--double` prints that floor beside the differences.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import type { Precision } from '../src/common/device.ts'
import { cpuDevice, workerEnvironment } from '../src/main/worker/machine/environment.ts'
import { readCommandLine, severalOption, threadsOption, titlesOption } from './command-line.ts'
import { compareRuns, type Deviation, type Updates } from './compare-runs.ts'
import { type ParityCase, parityCases, steps } from './parity/cases.ts'
import { compareExportedWeights } from './parity/exported-weights.ts'
import { compareImportedWeights } from './parity/imported-weights.ts'
import { runComparison } from './parity/drawn-network.ts'
import { gradientComparison } from './parity/gradients.ts'
import { layerComparison } from './parity/layers.ts'
import { lesionComparison } from './parity/lesions.ts'
import { compareProtocols } from './parity/protocols.ts'
import { PyTorchUpdater } from './parity/pytorch-updater.ts'
import { updateHere } from './parity/updates-here.ts'

const bars: Deviation = { loss: 1e-4, weight: 1e-3, movement: 0.05, statistic: 1e-3, gradient: 0.05 }
const columns = ['loss', 'weight', 'movement', 'statistic', 'gradient'] as const
/** Of PyTorch's own deviation in bf16. */
const bfloat16Factor = 2
/** Of the weights from which both start in bf16: one start alone says more of its rounding than of the program. */
const bfloat16Seeds = [1, 2, 3]
/** Of PyTorch's own rounding, fp32 against fp64, where that leaves the bars by itself. */
const roundingFactor = 3

interface Row {
  readonly words: readonly string[]
  readonly deviation: Deviation
  /** Bars; null for what is shown for comparison alone. */
  readonly limits: Deviation | null
}

interface Options {
  readonly double: boolean
  readonly precisions: readonly Precision[]
}

interface ParityOptions {
  readonly threads: number
  readonly only: readonly string[]
  readonly precision: readonly Precision[]
  readonly double: boolean
}

async function compare(of: ParityCase, peer: PyTorchUpdater, options: Options): Promise<Row[]> {
  const rows: Row[] = []
  if (options.precisions.includes('fp32')) rows.push(...(await compareInFp32(of, peer, options.double)))
  if (options.precisions.includes('bf16') && of.forBfloat16) rows.push(...(await compareInBfloat16(of.forBfloat16, peer)))
  return rows
}

async function compareInFp32(of: ParityCase, peer: PyTorchUpdater, double: boolean): Promise<Row[]> {
  const batches = await peer.batchesOf(of.recipe.batchSize)
  const ours = updateHere(of, batches, peer.weightsFile, 'fp32')
  const theirs = await peer.update(of, 'fp32')
  const row: Row = { words: wordsOf(of, theirs), deviation: compareRuns(ours, theirs, ours.start), limits: bars }
  if (!double && missed(row).length === 0) return [row]
  const rounding = compareRuns(theirs, await peer.update(of, 'fp64'), ours.start)
  return [
    { ...row, limits: larger(bars, times(rounding, roundingFactor)) },
    { words: ['  PyTorch fp32 - fp64', '', ''], deviation: rounding, limits: null },
  ]
}

async function compareInBfloat16(of: ParityCase, peer: PyTorchUpdater): Promise<Row[]> {
  const batches = await peer.batchesOf(of.recipe.batchSize)
  const deviations: Deviation[] = []
  const floors: Deviation[] = []
  let words: readonly string[] = []
  for (const seed of bfloat16Seeds) {
    const ours = updateHere(of, batches, peer.weightsFile, 'bf16', seed)
    const reference = await peer.update(of, 'fp32')
    words = wordsOf(of, reference)
    deviations.push(compareRuns(ours, reference, ours.start))
    floors.push(compareRuns(await peer.update(of, 'bf16'), reference, ours.start))
  }
  const floor = mean(floors)
  return [
    { words, deviation: mean(deviations), limits: times(floor, bfloat16Factor) },
    { words: ['  PyTorch bf16 - fp32', '', ''], deviation: floor, limits: null },
  ]
}

function wordsOf({ title, recipe }: ParityCase, { losses }: Updates): string[] {
  return [title, String(recipe.learningRate), `${losses[0]!.toFixed(3)} to ${losses.at(-1)!.toFixed(3)}`]
}

function times(deviation: Deviation, factor: number): Deviation {
  return eachColumn((column) => factor * deviation[column])
}

function mean(deviations: readonly Deviation[]): Deviation {
  return eachColumn((column) => deviations.reduce((sum, deviation) => sum + deviation[column], 0) / deviations.length)
}

function larger(first: Deviation, second: Deviation): Deviation {
  return eachColumn((column) => Math.max(first[column], second[column]))
}

function eachColumn(of: (column: keyof Deviation) => number): Deviation {
  return { loss: of('loss'), weight: of('weight'), movement: of('movement'), statistic: of('statistic'), gradient: of('gradient') }
}

/** Names of the bars that a row misses. */
function missed({ deviation, limits }: Row): string[] {
  // Not "above", because a deviation that is no number is within no bar.
  return limits ? columns.filter((column) => !(deviation[column] <= limits[column])) : []
}

function cells(row: Row): string[] {
  const numbers = columns.map((column) => row.deviation[column].toExponential(1))
  const verdict = missed(row).length > 0 ? `NOT MET: ${missed(row).join(', ')}` : 'met'
  return [...row.words, ...numbers, row.limits ? verdict : '']
}

/** All comparisons in turn. */
async function compareAll(chosen: readonly ParityCase[], threads: number, options: Options): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'skiplab-parity-'))
  const peer = new PyTorchUpdater(folder, threads)
  const rows: Row[] = []
  try {
    for (const of of chosen) {
      const startedAt = performance.now()
      const found = await compare(of, peer, options)
      rows.push(...found)
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
      process.stderr.write(found.map((row) => `${cells(row).join('  ')}\n`).join('') + `  ${seconds} s\n`)
    }
  } finally {
    peer.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}

async function main(): Promise<number> {
  const { options } = readCommandLine<ParityOptions>('npm run parity --', 'Ten updates in Skiplab and in PyTorch.', (command) =>
    command
      .addOption(threadsOption())
      .addOption(
        titlesOption(
          '--only <title...>',
          'parts of titles',
          parityCases.map(({ title }) => title),
        ),
      )
      .addOption(severalOption('--precision <precision...>', 'arithmetic', ['fp32', 'bf16']))
      .option('--double', "also PyTorch's own fp32 against its fp64", false)
      .addHelpText('after', `\nOther comparisons are named first: ${Object.keys(parts).join(', ')}.`),
  )
  const { threads, double, precision: precisions, only } = options
  Object.assign(process.env, workerEnvironment(cpuDevice(threads, 'fp32')))
  const chosen = parityCases.filter(({ title }) => only.some((part) => title.includes(part)))
  const rows = await compareAll(chosen, threads, { double, precisions })
  const table = new Table({
    head: ['network', 'rate', 'loss', 'loss, relative', 'weights', 'movement', 'running stat.', 'first gradient', 'verdict'],
    style: { head: [], border: [] },
  })
  table.push(...rows.map(cells))
  const failures = rows.filter((row) => missed(row).length > 0)
  process.stdout.write(
    `Largest deviations from PyTorch's fp32 after ${steps} updates. ` +
      `Bars in fp32: loss ${bars.loss} relative, weights and running statistics ${bars.weight}, ` +
      `movement of all weights ${bars.movement} of its norm, gradient ${bars.gradient} of its norm, ` +
      `or ${roundingFactor} times PyTorch's own fp32 from its fp64; ` +
      `in bf16: ${bfloat16Factor} times PyTorch's own.\n${table.toString()}\n` +
      (failures.length === 0
        ? 'All bars met.\n'
        : `${failures.length} of ${rows.filter(({ limits }) => limits).length} rows miss a bar.\n`),
  )
  return failures.length === 0 ? 0 : 1
}

/** Both ways; `--only` belongs to one of them. */
async function compareWeights(args: readonly string[]): Promise<number> {
  const { options } = readCommandLine<Pick<ParityOptions, 'threads'>>(
    'npm run parity -- weights',
    'Weights exported to and imported from other programs; each alone: exports, imports.',
    (command) => command.addOption(threadsOption()),
    args,
  )
  const own = ['--threads', String(options.threads)]
  return Math.max(await compareExportedWeights(own), await compareImportedWeights(own))
}

const parts: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  weights: compareWeights,
  exports: compareExportedWeights,
  imports: compareImportedWeights,
  protocols: compareProtocols,
  layers: (args) => Promise.resolve(runComparison(args, layerComparison)),
  gradients: (args) => Promise.resolve(runComparison(args, gradientComparison)),
  lesions: (args) => Promise.resolve(runComparison(args, lesionComparison)),
}
const [part, ...rest] = process.argv.slice(2)
process.exitCode = await (parts[part ?? '']?.(rest) ?? main())
