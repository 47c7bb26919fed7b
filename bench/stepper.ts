import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { depthOf, type NetworkDesign } from '../src/common/network/design.ts'
import { cpuDevice, workerEnvironment } from '../src/main/worker/machine/environment.ts'
import { peerCommand } from './peer-process.ts'

export interface StepperOptions {
  readonly program: 'skiplab' | 'pytorch'
  readonly design: NetworkDesign
  readonly precision: 'fp32' | 'bf16'
  /** Skiplab has one, NHWC, and ignores this. `compiled`: channels_last under torch.compile. */
  readonly layout: 'nchw' | 'channels_last' | 'compiled'
  readonly threads: number
  readonly batchSize: number
  /** As on a processor that has AVX2 and no more. */
  readonly heldToAvx2: boolean
  /** Training steps, or batches that are scored by a network that is tested. */
  readonly work: 'training' | 'scoring'
}

/** What our own operations, oneDNN (under both libraries) and PyTorch's own kernels are told. */
const avx2 = { SKIPLAB_INSTRUCTIONS: 'avx2', ONEDNN_MAX_CPU_ISA: 'AVX2', ATEN_CPU_CAPABILITY: 'avx2' }

export interface Round {
  readonly imagesPerSecond: number
  readonly peakRssBytes: number
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

const readySchema = z.object({ ready: z.literal(true), version: z.string() })
const roundSchema = z.object({ seconds: z.number().positive(), loss: z.number(), peakRssBytes: z.number() })

/** A process that holds one training program and runs steps when told; see peer/steps.py for its protocol. */
export class Stepper {
  readonly options: StepperOptions
  readonly version: string
  readonly #child: Child
  readonly #lines: AsyncIterator<string>
  readonly #reader: Interface
  readonly #lastWords: LastWords

  private constructor(
    options: StepperOptions,
    version: string,
    child: Child,
    reader: Interface,
    lines: AsyncIterator<string>,
    lastWords: LastWords,
  ) {
    this.options = options
    this.version = version
    this.#child = child
    this.#reader = reader
    this.#lines = lines
    this.#lastWords = lastWords
  }

  /**
   * Starts the process and waits for its two warm-up steps.
   * @param script the bundled step-process.ts
   */
  static async start(options: StepperOptions, script: string): Promise<Stepper> {
    const { design, precision, threads, batchSize } = options
    const shared = ['--precision', precision, '--batch-size', String(batchSize), '--work', options.work]
    const [command, args] =
      options.program === 'skiplab'
        ? [process.execPath, [script, '--design', JSON.stringify(design), ...shared]]
        : peerCommand('steps.py', [...peerArguments(options), ...shared, '--threads', String(threads)])
    const environment =
      options.program === 'skiplab' ? workerEnvironment(cpuDevice(threads, precision)) : { OMP_NUM_THREADS: String(threads) }
    const child = spawn(command, args, {
      env: { ...process.env, ...environment, ...(options.heldToAvx2 && avx2) },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const lastWords = new LastWords(child.stderr)
    const reader = createInterface({ input: child.stdout })
    const lines = reader[Symbol.asyncIterator]()
    try {
      const { version } = readySchema.parse(await nextLine(lines, options, lastWords))
      return new Stepper(options, version, child, reader, lines, lastWords)
    } catch (error) {
      child.kill()
      throw error
    }
  }

  async run(steps: number): Promise<Round> {
    this.#child.stdin.write(`${JSON.stringify({ steps })}\n`)
    const { seconds, loss, peakRssBytes } = roundSchema.parse(await nextLine(this.#lines, this.options, this.#lastWords))
    if (!Number.isFinite(loss)) throw new Error(`${describe(this.options)} lost its loss: not a number`)
    return { imagesPerSecond: (steps * this.options.batchSize) / seconds, peakRssBytes }
  }

  stop(): void {
    this.#reader.close()
    this.#child.stdin.end()
    this.#child.kill()
  }
}

export function describe({ program, precision, layout }: StepperOptions): string {
  if (program === 'skiplab') return `Skiplab ${precision}`
  return `PyTorch ${precision} ${layout === 'nchw' ? 'NCHW' : layout}`
}

/** Tells the peer which network, and how. */
function peerArguments({ design, layout }: StepperOptions): string[] {
  const network = ['--architecture', design.architecture, '--family', design.family, '--depth', String(depthOf(design))]
  const compiles = layout === 'compiled' ? ['--compile'] : []
  return [...network, '--image-size', String(design.inputShape[0]), '--layout', layout === 'nchw' ? 'nchw' : 'channels_last', ...compiles]
}

/** The end of a process's error output, shown only when it fails: TensorFlow greets there. */
class LastWords {
  text = ''

  constructor(stream: Readable) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (this.text = (this.text + chunk).slice(-2000)))
  }
}

async function nextLine(lines: AsyncIterator<string>, options: StepperOptions, lastWords: LastWords): Promise<unknown> {
  const next = await lines.next()
  if (next.done) throw new Error(`${describe(options)} ended before it answered:\n${lastWords.text}`)
  return JSON.parse(next.value)
}

/** Time for threads that spin while they wait for more work to go to sleep. */
const settleMs = 250

/**
 * Interleaved rounds: in each, every group works once, its members at the same time, all others idle. The order is
 * rotated from round to round, so that nobody always follows the same neighbour.
 * @returns by group and round, the members' throughputs added; memory is the members' sum
 */
export async function interleave(groups: readonly (readonly Stepper[])[], rounds: number, steps: number): Promise<Round[][]> {
  const results: Round[][] = groups.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < groups.length; turn++) {
      const index = (turn + round) % groups.length
      await sleep(settleMs)
      const members = await Promise.all(groups[index]!.map((stepper) => stepper.run(steps)))
      results[index]!.push({
        imagesPerSecond: members.reduce((sum, member) => sum + member.imagesPerSecond, 0),
        peakRssBytes: members.reduce((sum, member) => sum + member.peakRssBytes, 0),
      })
    }
  }
  return results
}
