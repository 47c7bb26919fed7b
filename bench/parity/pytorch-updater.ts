import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { Precision } from '../../src/common/device.ts'
import { decodeTensorFile, encodeTensorFile } from '../../src/main/worker/checkpoint/safetensors.ts'
import type { Updates } from '../compare-runs.ts'
import { peerCommand } from '../peer-process.ts'
import { type Batches, batchFile, makeBatches } from './batches.ts'
import { type ParityCase, steps } from './cases.ts'
import { survivalsOf } from './updates-here.ts'

const answerSchema = z.object({ losses: z.array(z.number()) })
const gradientPrefix = 'first-gradient/'

/** A process with PyTorch that stays alive: `peer/updates.py`. */
export class PyTorchUpdater {
  readonly #folder: string
  readonly #child
  readonly #lines
  readonly #batches = new Map<number, Batches>()

  constructor(folder: string, threads: number) {
    this.#folder = folder
    const [command, args] = peerCommand('updates.py', ['--threads', String(threads)])
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** Where the weights are expected from which updates start. */
  get weightsFile(): string {
    return join(this.#folder, 'weights.safetensors')
  }

  /** Batches of this size, which the process is given; they are made once. */
  async batchesOf(batchSize: number): Promise<Batches> {
    const known = this.#batches.get(batchSize)
    if (known) return known
    const made = await makeBatches(batchSize)
    writeFileSync(this.#batchesFile(batchSize), encodeTensorFile(batchFile(made)))
    this.#batches.set(batchSize, made)
    return made
  }

  /** @throws Error when the peer ends before it answered */
  async update(of: ParityCase, precision: Precision | 'fp64'): Promise<Updates> {
    const output = join(this.#folder, 'output.safetensors')
    const { design, recipe } = of
    const survivals = survivalsOf(of, 0) && Array.from({ length: steps }, (_, step) => [...survivalsOf(of, step)!])
    const files = { weights: this.weightsFile, batches: this.#batchesFile(recipe.batchSize), output }
    this.#child.stdin.write(`${JSON.stringify({ design, recipe, precision, survivals: survivals ?? null, ...files })}\n`)
    const line = await this.#lines.next()
    if (line.done) throw new Error(`PyTorch ended before it answered for ${of.title}; what went wrong is above.`)
    const { losses } = answerSchema.parse(JSON.parse(line.value))
    const state = new Map<string, Float32Array>()
    const firstGradients = new Map<string, Float32Array>()
    for (const [name, { values }] of decodeTensorFile(readFileSync(output)).tensors) {
      if (name.startsWith(gradientPrefix)) firstGradients.set(name.slice(gradientPrefix.length), values)
      else state.set(name, values)
    }
    return { losses, firstGradients, state }
  }

  stop(): void {
    this.#child.stdin.end()
  }

  #batchesFile(batchSize: number): string {
    return join(this.#folder, `batches-${batchSize}.safetensors`)
  }
}
