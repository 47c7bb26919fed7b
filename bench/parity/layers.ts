/**
 * `npm run parity -- layers`: the same weights and images, measured by the analysis of layers and by PyTorch with hooks; `--only highway`
 * takes the networks whose titles have that in them.
 *
 * Bar: means and mean squares of responses, shares of active values, norms of F(x) and x, and norms of gradients within 1e-3, relative
 * where they are above 1. The peer (`peer/layers.py`) shares none of this code.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { designAt, labelOf, type NetworkDesign } from '../../src/common/network/design.ts'
import { responsesOf } from '../../src/common/network/graph/responses.ts'
import { elements } from '../../src/common/network/kinds/shape.ts'
import { buildNetwork } from '../../src/common/network/network.ts'
import { Random } from '../../src/common/training/random.ts'
import { resolveRecipe } from '../../src/common/training/recipes.ts'
import { initialState } from '../../src/main/worker/backend/initial-state.ts'
import { decodeTensorFile, encodeTensorFile } from '../../src/main/worker/checkpoint/safetensors.ts'
import { createLayerBackend } from '../../src/main/worker/create-backend.ts'
import { cpuDevice, workerEnvironment } from '../../src/main/worker/machine/environment.ts'
import { peerCommand } from '../peer-process.ts'

const bar = 1e-3
const batchSize = 32
const inputShape: [number, number, number] = [32, 32, 3]
const cifar = (family: 'plain' | 'residual' | 'highway', depth: number, shortcut: 'A' | 'B' | 'C' = 'A') =>
  designAt('cifar', { family, depth, shortcut, inputShape, classes: 10 })
const designs = [cifar('plain', 20), cifar('residual', 20), cifar('residual', 56, 'B'), cifar('highway', 20, 'B'), cifar('plain', 56)]
const kinds = ['mean', 'square', 'active', 'branch', 'shortcut', 'gradient'] as const

type Measures = Readonly<Record<(typeof kinds)[number], readonly number[]>>

/** Weights whose BN is away from its start, and images. */
function drawn(design: NetworkDesign) {
  const network = buildNetwork(design)
  const random = new Random(7)
  const state = initialState(network, 1)
  for (const [name, values] of state) {
    if (name.startsWith('momentum/')) state.delete(name)
    else if (name.endsWith('/running-variance')) values.forEach((_, at) => (values[at] = 1 + random.uniform()))
    else if (!name.endsWith('/weights')) values.forEach((value, at) => (values[at] = value + 0.1 * random.normal()))
  }
  const pixels = Uint8Array.from({ length: batchSize * elements(inputShape) }, () => random.below(256))
  const labels = Int32Array.from({ length: batchSize }, () => random.below(design.classes))
  return { network, state, pixels, labels }
}

type Drawn = ReturnType<typeof drawn>
type Statistics = 'running' | 'batch'

function measureHere({ network, state, pixels, labels }: Drawn, statistics: Statistics, threads: number) {
  const recipe = resolveRecipe('paper-cifar10', { normalization: 'per-channel-mean' })
  const device = cpuDevice(threads, 'fp32')
  const backend = createLayerBackend({ network, recipe, precision: 'fp32', device, batchSize, statistics, gradients: true })
  backend.loadData({ mean: new Float32Array(3).fill(0.5), inverseStd: new Float32Array(3).fill(1) })
  backend.setState(state)
  const { responses, relus, blocks } = backend.measure(pixels)
  const gradients = backend.gradientNorms(pixels, labels)
  backend.dispose()
  const measures = {
    mean: responses.map(({ mean }) => mean),
    square: responses.map(({ square }) => square),
    active: relus.flatMap(({ active }) => [...active]),
    branch: blocks.map(({ branch }) => branch),
    shortcut: blocks.map(({ shortcut }) => shortcut),
    gradient: [...gradients.values()],
  }
  return { measures, parameters: [...gradients.keys()] }
}

function measureThere({ network, state, pixels, labels }: Drawn, statistics: Statistics, parameters: readonly string[]): Measures {
  const folder = mkdtempSync(join(tmpdir(), 'skiplab-layers-'))
  try {
    const [request, output] = [join(folder, 'request'), join(folder, 'output')]
    const shapes = new Map(network.layers.flatMap((layer) => layer.parameters.map(({ name, shape }) => [name, shape] as const)))
    const tensors = new Map([...state].map(([name, values]) => [name, { shape: shapes.get(name) ?? [values.length], values }] as const))
    tensors.set('images', { shape: [batchSize, ...inputShape], values: Float32Array.from(pixels, (pixel) => pixel / 255 - 0.5) })
    tensors.set('labels', { shape: [batchSize], values: Float32Array.from(labels) })
    writeFileSync(request, encodeTensorFile({ tensors, metadata: {} }))
    const responses = responsesOf(network.layers).map(({ convolution, from }) => [convolution, from])
    writeFileSync(`${request}.json`, JSON.stringify({ design: network.design, statistics, responses }))
    const [command, args] = peerCommand('layers.py', [request, output])
    execFileSync(command, args, { stdio: 'inherit' })
    const { tensors: found } = decodeTensorFile(readFileSync(output))
    const values = (name: string) => [...(found.get(name)?.values ?? [])]
    return {
      mean: values('mean'),
      square: values('square'),
      active: values('active'),
      branch: values('branch'),
      shortcut: values('shortcut'),
      gradient: parameters.map((name) => values(`gradient/${name}`)[0]!),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Largest difference, relative where values are above 1; infinite where there are not equally many. */
function difference(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length) return Infinity
  return ours.reduce((largest, value, at) => Math.max(largest, Math.abs(value - theirs[at]!) / Math.max(1, Math.abs(theirs[at]!))), 0)
}

/** @returns the exit code */
export function compareLayers(args: readonly string[]): Promise<number> {
  const options = { threads: { type: 'string', default: String(availableParallelism()) }, only: { type: 'string', default: '' } } as const
  const { values } = parseArgs({ args: [...args], options })
  const threads = Number(values.threads)
  Object.assign(process.env, workerEnvironment(cpuDevice(threads, 'fp32')))
  const rows: { words: string[]; differences: number[] }[] = []
  for (const design of designs.filter((each) => labelOf(each).includes(values.only))) {
    for (const statistics of ['running', 'batch'] as const) {
      const given = drawn(design)
      const { measures, parameters } = measureHere(given, statistics, threads)
      const theirs = measureThere(given, statistics, parameters)
      rows.push({ words: [labelOf(design), statistics], differences: kinds.map((kind) => difference(measures[kind], theirs[kind])) })
    }
  }
  const table = new Table({ head: ['network', 'BN normalises by', ...kinds], style: { head: [], border: [] } })
  table.push(...rows.map(({ words, differences }) => [...words, ...differences.map((each) => each.toExponential(1))]))
  const missed = rows.filter(({ differences }) => differences.some((each) => !(each <= bar)))
  const verdict = missed.length === 0 ? 'All bars met.' : `${missed.length} of ${rows.length} rows miss the bar.`
  process.stdout.write(`Largest differences from PyTorch with hooks, bar ${bar}.\n${table.toString()}\n${verdict}\n`)
  return Promise.resolve(missed.length === 0 ? 0 : 1)
}
