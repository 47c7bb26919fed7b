import Table from 'cli-table3'
import type { Comparison, Spread } from './comparison.ts'
import { rooflineTable, type Roofline } from './roofline.ts'
import { machineText, type Machine } from './machine.ts'

/** What Skiplab holds itself to; each is a ratio to PyTorch, the last one to its own bare steps. */
const bars = { fp32: 1.15, bf16: 1, imagenet: { fp32: 1.3, bf16: 1.15 }, memory: 1, packed: 1.2, scoring: 1.2, wholeEpoch: 0.9 } as const

export interface WholeEpoch {
  readonly workload: string
  readonly precision: 'fp32' | 'bf16'
  /** Training images per second of the whole epoch's wall time. */
  readonly epoch: Spread
  /** Bare steps of the same network, for which each epoch was held again and again. */
  readonly bareStep: Spread
  /** Each epoch over its bare steps. */
  readonly ratio: Spread
}

export interface Report {
  readonly machine: Machine
  readonly threads: number
  readonly batchSize: number
  readonly rounds: number
  /** Of libtensorflow under Skiplab, and of PyTorch; null for what was not run. */
  readonly versions: { readonly skiplab: string | null; readonly pytorch: string | null }
  readonly single: readonly Comparison[]
  /** Softmax scores of batches, as evaluations take them. */
  readonly scoring: readonly Comparison[]
  /** ImageNet nets, in batches of their own. */
  readonly imagenet: readonly Comparison[]
  /** Where the ImageNet nets' time goes. */
  readonly rooflines: readonly Roofline[]
  /** All libraries held to AVX2, as on most laptops; empty where there is none. */
  readonly heldToAvx2: readonly Comparison[]
  /** Two processes of one thread each; throughputs and memories are sums. */
  readonly packed: readonly Comparison[]
  readonly wholeEpochs: readonly WholeEpoch[]
}

const style = { style: { head: [], border: [] } }

export function reportText(report: Report): string {
  const { rounds, batchSize, threads, versions } = report
  return [
    machineText(report.machine),
    `One training step (forward, backward, update), batch ${batchSize}, 32x32; images/s: median of ${rounds} interleaved ` +
      `rounds [lowest-highest]; ratio: of the rounds' ratios; scoring: softmax of such batches. ` +
      `libtensorflow ${versions.skiplab ?? 'not run'}, PyTorch ` +
      `${versions.pytorch ?? 'not run'}.`,
    comparisonTable(`${threads} threads`, report.single, (precision) => bars[precision]),
    comparisonTable(`scoring, ${threads} threads`, report.scoring, () => bars.scoring, null),
    comparisonTable(`ImageNet nets, ${threads} threads`, report.imagenet, (precision) => bars.imagenet[precision]),
    rooflineTable(report.rooflines),
    comparisonTable(`${threads} threads, held to AVX2`, report.heldToAvx2, (precision) => bars[precision]),
    comparisonTable('2 processes, 1 thread each', report.packed, () => bars.packed),
    wholeEpochTable(report.wholeEpochs),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function comparisonTable(
  title: string,
  comparisons: readonly Comparison[],
  bar: (precision: 'fp32' | 'bf16') => number,
  memoryBar: number | null = bars.memory,
): string {
  if (comparisons.length === 0) return ''
  const table = new Table({ head: [title, 'Skiplab', 'PyTorch, best', 'ratio', 'bar', 'memory', 'PyTorch', 'ratio', 'bar'], ...style })
  for (const row of comparisons) {
    const { ours, peer, speedRatio, memoryRatio, peerLabel } = row
    table.push([
      `${row.workload} ${row.precision}`,
      spread(ours, 0),
      `${spread(peer, 0)} ${peerLabel.replace('PyTorch ', '')}`,
      spread(speedRatio, 2),
      verdict(speedRatio.median, '>=', bar(row.precision)),
      megabytes(row.peakRssBytes),
      megabytes(row.peerPeakRssBytes),
      memoryRatio.toFixed(2),
      memoryBar === null ? '' : verdict(memoryRatio, '<=', memoryBar),
    ])
  }
  return table.toString()
}

function wholeEpochTable(epochs: readonly WholeEpoch[]): string {
  if (epochs.length === 0) return ''
  const table = new Table({ head: ['whole epoch', 'images/s', 'bare step', 'ratio', 'bar'], ...style })
  for (const { workload, precision, epoch, bareStep, ratio } of epochs) {
    table.push([
      `${workload} ${precision}`,
      spread(epoch, 0),
      spread(bareStep, 0),
      spread(ratio, 2),
      verdict(ratio.median, '>=', bars.wholeEpoch),
    ])
  }
  return (
    `${table.toString()}\nWhole epoch: training images over the wall time of augmentation, steps, validation and test ` +
    'evaluation, layer statistics, logging and checkpoint; ratio: median of the epochs, each over bare steps for which it ' +
    'was held every two seconds.'
  )
}

function verdict(value: number, relation: '>=' | '<=', bar: number): string {
  const isMet = relation === '>=' ? value >= bar : value <= bar
  return `${relation} ${bar.toFixed(2)} ${isMet ? 'met' : 'NOT MET'}`
}

function spread({ median, minimum, maximum }: Spread, digits: number): string {
  return `${median.toFixed(digits)} [${minimum.toFixed(digits)}-${maximum.toFixed(digits)}]`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
