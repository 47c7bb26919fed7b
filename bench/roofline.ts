import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import Table from 'cli-table3'
import { buildNetwork } from '../src/common/network/network.ts'
import type { Layer } from '../src/common/network/graph/layer.ts'
import { cpuDevice, workerEnvironment } from '../src/main/worker/machine/environment.ts'
import type { Workload } from './workloads.ts'

/** What layer-times.ts prints. Seconds are processor time of one thread, forward and backward. */
export interface LayerTimes {
  /** Of a product of large matrices. */
  readonly flopsPerSecond: number
  readonly layers: readonly { readonly name: string; readonly seconds: number }[]
}

/** Where a network's time goes, layer by layer on one thread. */
export interface Roofline {
  readonly workload: string
  readonly precision: 'fp32' | 'bf16'
  readonly flopsPerSecond: number
  readonly groups: readonly { readonly group: string; readonly seconds: number; readonly flops: number }[]
}

/** Times a network's layers in a process of its own, on one thread, so that other programs disturb little. */
export function roofline({ name, design, batchSize }: Workload, precision: 'fp32' | 'bf16'): Roofline {
  const args = ['--design', JSON.stringify(design), '--precision', precision, '--batch-size', String(batchSize)]
  const printed = execFileSync(process.execPath, [join(import.meta.dirname, 'layer-times.ts'), ...args], {
    env: { ...process.env, ...workerEnvironment(cpuDevice(1, precision)) },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const times = JSON.parse(printed) as LayerTimes
  const layers = new Map(buildNetwork(design).layers.map((layer) => [layer.name, layer]))
  const groups = new Map<string, { seconds: number; flops: number }>()
  for (const { name: layerName, seconds } of times.layers) {
    const layer = layers.get(layerName)!
    const known = groups.get(groupOf(layer)) ?? { seconds: 0, flops: 0 }
    groups.set(groupOf(layer), { seconds: known.seconds + seconds, flops: known.flops + trainingFlops(layer) * batchSize })
  }
  const all = [...groups].map(([group, sums]) => ({ group, ...sums }))
  return { workload: name, precision, flopsPerSecond: times.flopsPerSecond, groups: all.sort((a, b) => b.seconds - a.seconds) }
}

/** As the definition says: forward, and as much for each gradient; the first layer's input needs none. */
function trainingFlops({ inputs, multiplyAdds }: Layer): number {
  return 2 * multiplyAdds * (inputs[0] === 'input' ? 2 : 3)
}

function groupOf(layer: Layer): string {
  if (layer.kind === 'batch-normalization') return 'BN, addition, ReLU'
  if (layer.kind !== 'convolution') return layer.kind === 'max-pooling' ? 'max pool' : 'head'
  const { kernel, stride } = layer.attributes
  return `${kernel}x${kernel}, stride ${stride}`
}

export function rooflineTable(rooflines: readonly Roofline[]): string {
  if (rooflines.length === 0) return ''
  const head = ['one thread', 'layers', 'share of time', 'GFLOP/s', 'share of peak']
  const table = new Table({ head, style: { head: [], border: [] } })
  for (const { workload, precision, flopsPerSecond: peak, groups } of rooflines) {
    const total = { seconds: sum(groups, 'seconds'), flops: sum(groups, 'flops') }
    for (const { group, seconds, flops } of [{ group: 'all', ...total }, ...groups]) {
      const rate = flops / seconds
      const shares = flops > 0 ? [(rate / 1e9).toFixed(0), percent(rate / peak)] : ['', '']
      table.push([group === 'all' ? `${workload} ${precision}` : '', group, percent(seconds / total.seconds), ...shares])
    }
  }
  return (
    `${table.toString()}\nEach layer by itself, forward and backward, processor time; operations as the definition counts them, so that ` +
    "Winograd's algorithm may be above the peak; peak: a product of 1536 x 1536 matrices in TensorFlow, " +
    `${rooflines.map(({ precision, flopsPerSecond }) => `${precision} ${(flopsPerSecond / 1e9).toFixed(0)}`).join(', ')} GFLOP/s.`
  )
}

function sum<K extends 'seconds' | 'flops'>(groups: readonly Readonly<Record<K, number>>[], field: K): number {
  return groups.reduce((total, group) => total + group[field], 0)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`
}
