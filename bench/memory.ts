/**
 * `npm run bench -- --only memory`: the most memory that training takes, beside what a sweep's plan forecasts. Bar: within 25 %.
 *
 * Each row is a process of its own, bundled and with the environment of a worker, that trains two steps, evaluates 100 images and reads
 * its state. ResNet-1202 and ResNet-152 take minutes; `--workload ResNet-110` takes one network.
 */
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import Table from 'cli-table3'
import { z } from 'zod'
import { formatBytes } from '../src/common/format-bytes.ts'
import { designAt, networkDesignSchema, type NetworkDesign } from '../src/common/network/design.ts'
import { elements } from '../src/common/network/kinds/shape.ts'
import { buildNetwork } from '../src/common/network/network.ts'
import { estimateMemory } from '../src/common/sweep/memory.ts'
import { resolveRecipe } from '../src/common/training/recipes.ts'
import { cpuDevice, workerEnvironment } from '../src/main/worker/machine/environment.ts'

const bar = 0.25

interface MemoryCase {
  readonly name: string
  readonly design: NetworkDesign
  readonly batchSize: number
  readonly settings: { readonly recompute?: 'blocks'; readonly microBatchSize?: number }
}

function cifar(depth: number, settings: MemoryCase['settings'] = {}): MemoryCase {
  const design = networkDesignSchema.parse({ family: 'residual', n: (depth - 2) / 6 })
  return { name: `ResNet-${depth}`, design, batchSize: 128, settings }
}

function imagenet(depth: number, size: number, batchSize: number, settings: MemoryCase['settings'] = {}): MemoryCase {
  const design = designAt('imagenet', { family: 'residual', depth, shortcut: 'B', inputShape: [size, size, 3], classes: 10 })
  return { name: `ResNet-${depth}, ${size} px`, design, batchSize, settings }
}

export const memoryCases: readonly MemoryCase[] = [
  ...[cifar(56), cifar(110), cifar(110, { recompute: 'blocks' }), cifar(110, { microBatchSize: 32 })],
  ...[imagenet(18, 64, 128), imagenet(50, 64, 64), imagenet(50, 64, 64, { recompute: 'blocks' })],
  ...[cifar(1202, { recompute: 'blocks' }), imagenet(152, 224, 16, { recompute: 'blocks' })],
]

/** Measures each case whose name has one of these parts in it. @returns the table; `missed` rows are outside the bar */
export async function compareMemory(
  script: string,
  parts: readonly string[],
  threads: number,
  say: (words: string) => void,
): Promise<{ text: string; missed: number }> {
  const table = new Table({ head: ['network', 'batch', 'setting', 'measured', 'forecast', 'off by'], style: { head: [], border: [] } })
  let missed = 0
  for (const of of memoryCases.filter(({ name }) => parts.some((part) => name.includes(part)))) {
    const { measured, forecast } = await measure(of, script, threads)
    const off = forecast / measured - 1
    if (!(Math.abs(off) <= bar)) missed++
    const { recompute, microBatchSize } = of.settings
    const setting = recompute ? `recompute ${recompute}` : microBatchSize ? `${microBatchSize} at once` : ''
    table.push([of.name, of.batchSize, setting, formatBytes(measured), formatBytes(forecast), `${(100 * off).toFixed(0)} %`])
    say(`  ${of.name} ${setting}: ${formatBytes(measured)}, forecast ${formatBytes(forecast)}`)
  }
  return { text: `Memory of training in fp32, measured and forecast. Bar: within ${100 * bar} %.\n${table.toString()}\n`, missed }
}

async function measure({ name, design, batchSize, settings }: MemoryCase, script: string, threads: number) {
  const recipe = resolveRecipe('paper-cifar10', { batchSize, ...settings })
  const told = [
    '--recompute',
    recipe.recompute,
    ...(recipe.microBatchSize === null ? [] : ['--micro-batch-size', String(recipe.microBatchSize)]),
  ]
  const shared = ['--design', JSON.stringify(design), '--precision', 'fp32', '--batch-size', String(batchSize), '--work', 'memory']
  const child = spawn(process.execPath, [script, ...shared, ...told], {
    env: { ...process.env, ...workerEnvironment(cpuDevice(threads, 'fp32')) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  const line = output.trim().split('\n').at(-1) ?? ''
  if (!line.startsWith('{')) throw new Error(`${name} ended before it answered: ${errors.slice(-2000)}`)
  const { peakRssBytes, heldImages } = z.object({ peakRssBytes: z.number(), heldImages: z.int() }).parse(JSON.parse(line))
  return {
    measured: peakRssBytes,
    forecast: estimateMemory(buildNetwork(design), recipe, 2 * heldImages * elements(design.inputShape), 'fp32'),
  }
}
