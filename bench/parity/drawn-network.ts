import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import { designAt, labelOf, type NetworkDesign } from '../../src/common/network/design.ts'
import { elements } from '../../src/common/network/kinds/shape.ts'
import { buildNetwork } from '../../src/common/network/network.ts'
import { Random } from '../../src/common/training/random.ts'
import { resolveRecipe } from '../../src/common/training/recipes.ts'
import { initialState } from '../../src/main/worker/backend/initial-state.ts'
import { decodeTensorFile, encodeTensorFile } from '../../src/main/worker/checkpoint/safetensors.ts'
import { peerCommand } from '../peer-process.ts'
import { chooseCases } from './choose-cases.ts'

/** What all comparisons of analyses take: small images, and BN away from its start. */
export const drawnBatch = 32
const inputShape: [number, number, number] = [32, 32, 3]
export const drawnRecipe = resolveRecipe('paper-cifar10', { normalization: 'per-channel-mean' })
/** What is subtracted from pixels, and the factor behind it. */
export const drawnNormalization = { mean: new Float32Array(3).fill(0.5), inverseStd: new Float32Array(3).fill(1) }

export function cifar(family: 'plain' | 'residual' | 'highway', depth: number, shortcut: 'A' | 'B' | 'C' = 'A'): NetworkDesign {
  return designAt('cifar', { family, depth, shortcut, inputShape, classes: 10 })
}

/** Weights whose BN is away from its start, and images. */
export function drawn(design: NetworkDesign) {
  const network = buildNetwork(design)
  const random = new Random(7)
  const state = initialState(network, 1)
  for (const [name, values] of state) {
    if (name.startsWith('momentum/')) state.delete(name)
    else if (name.endsWith('/running-variance')) values.forEach((_, at) => (values[at] = 1 + random.uniform()))
    else if (!name.endsWith('/weights')) values.forEach((value, at) => (values[at] = value + 0.1 * random.normal()))
  }
  const pixels = Uint8Array.from({ length: drawnBatch * elements(inputShape) }, () => random.below(256))
  const labels = Int32Array.from({ length: drawnBatch }, () => random.below(design.classes))
  return { network, state, pixels, labels }
}
export type Drawn = ReturnType<typeof drawn>

/**
 * Hands weights, images and a request to a script of bench/peer, and waits for it.
 * @returns the arrays that it answers with, by name; empty for one that is not there
 */
export function askPeer(script: string, { network, state, pixels, labels }: Drawn, request: object): (name: string) => number[] {
  const folder = mkdtempSync(join(tmpdir(), 'skiplab-parity-'))
  try {
    const [file, output] = [join(folder, 'request'), join(folder, 'output')]
    const shapes = new Map(network.layers.flatMap((layer) => layer.parameters.map(({ name, shape }) => [name, shape] as const)))
    const tensors = new Map([...state].map(([name, values]) => [name, { shape: shapes.get(name) ?? [values.length], values }] as const))
    tensors.set('images', { shape: [drawnBatch, ...inputShape], values: Float32Array.from(pixels, (pixel) => pixel / 255 - 0.5) })
    tensors.set('labels', { shape: [drawnBatch], values: Float32Array.from(labels) })
    writeFileSync(file, encodeTensorFile({ tensors, metadata: {} }))
    writeFileSync(`${file}.json`, JSON.stringify({ design: network.design, ...request }))
    const [command, args] = peerCommand(script, [file, output])
    // Two threads that spin for each other take minutes on a machine with other work; one takes seconds.
    execFileSync(command, args, { stdio: 'inherit', env: { ...process.env, OMP_NUM_THREADS: '1' } })
    const { tensors: found } = decodeTensorFile(readFileSync(output))
    return (name) => [...(found.get(name)?.values ?? [])]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Largest difference, as a share of what `scale` says of the peer's value; infinite where there are not equally many. */
export function difference(
  ours: readonly number[],
  theirs: readonly number[],
  scale: (value: number) => number = (value) => Math.max(1, Math.abs(value)),
): number {
  if (ours.length !== theirs.length || ours.length === 0) return Infinity
  return ours.reduce((largest, value, at) => Math.max(largest, Math.abs(value - theirs[at]!) / scale(theirs[at]!)), 0)
}

/** One line of a comparison: words that name it, and a difference for each column; null for what it lacks. */
export interface ComparedRow {
  readonly words: readonly string[]
  readonly differences: readonly (number | null)[]
  /** How far PyTorch's own fp32 is away from its fp64, where that was asked. */
  readonly rounding?: readonly (number | null)[]
}

/** Of PyTorch's own rounding, where that leaves the bar by itself: deep untrained nets are chaotic. */
const roundingFactor = 3

/** What is held against PyTorch: networks, and what is compared of each. */
export interface Comparison {
  /** Its name for `npm run parity -- PART`. */
  readonly part: string
  readonly title: string
  readonly bar: number
  readonly head: readonly string[]
  readonly designs: readonly NetworkDesign[]
  readonly compare: (design: NetworkDesign, threads: number) => ComparedRow[]
}

/** Compares all designs, or those whose names have what `--only` says, and prints a table. @returns the exit code */
export function runComparison(args: readonly string[], { part, title, bar, head, designs, compare }: Comparison): number {
  const { threads, chosen } = chooseCases(part, title, args, designs, (each) => labelOf(each))
  const rows = chosen.flatMap((design) => {
    const found = compare(design, threads)
    process.stderr.write(`${labelOf(design)}\n`)
    return found
  })
  const table = new Table({ head: [...head], style: { head: [], border: [] } })
  const cells = (values: ComparedRow['differences']): string[] => values.map((each) => (each === null ? '–' : each.toExponential(1)))
  for (const { words, differences, rounding } of rows) {
    table.push([...words, ...cells(differences)])
    if (rounding) table.push(['  PyTorch fp32 - fp64', ...words.slice(1).map(() => ''), ...cells(rounding)])
  }
  const missed = rows.filter(({ differences, rounding }) =>
    differences.some((each, at) => each !== null && !(each <= Math.max(bar, roundingFactor * (rounding?.[at] ?? 0)))),
  )
  const verdict = missed.length === 0 ? 'All bars met.' : `${missed.length} of ${rows.length} rows miss the bar.`
  process.stdout.write(`${title}, bar ${bar}, or ${roundingFactor} times PyTorch's own rounding.\n${table.toString()}\n${verdict}\n`)
  return missed.length === 0 ? 0 : 1
}
