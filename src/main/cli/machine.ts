import { execFile, execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, freemem, loadavg, release } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { instructionSets, probeMachine, usableMemoryBytes } from '../engine/devices.ts'
import { plannedSlots } from '../engine/scheduler.ts'
import { slotEnvironment } from '../engine/slot-environment.ts'
import { freeDiskBytes } from '../engine/workspace.ts'
import { programVersion } from './version.ts'

const speedTestSchema = z.strictObject({
  gpu: z.boolean(),
  precision: z.enum(['fp32', 'bf16']),
  imagesPerSecond: z.number(),
  steps: z.int(),
  startMs: z.number(),
  peakMemoryBytes: z.number(),
  libtensorflow: z.string(),
})
export type SpeedTest = z.infer<typeof speedTestSchema>

export interface MachineReport {
  readonly versions: { readonly skiplab: string; readonly node: string; readonly tfjs: string | null; readonly sqlite: string | null }
  readonly system: string
  readonly cpu: string
  /** Logical ones of the machine, and how many of them this process may use. */
  readonly cores: number
  readonly usableCores: number
  readonly instructionSets: readonly string[]
  readonly loadAverage: number
  readonly memory: { readonly usableBytes: number; readonly freeBytes: number }
  /** Of the workspace's disk. */
  readonly disk: { readonly freeBytes: number }
  readonly gpus: readonly string[]
  /** What one run alone would train on. */
  readonly device: { readonly kind: 'cpu' | 'cuda'; readonly name: string; readonly threads: number; readonly precision: 'fp32' | 'bf16' }
}

export async function describeMachine(workspace: string): Promise<MachineReport> {
  const machine = probeMachine()
  return {
    versions: { skiplab: programVersion(), node: process.versions.node, tfjs: packageVersion('@tensorflow/tfjs-node-gpu'), sqlite: sqliteVersion() },
    system: `${process.platform} ${process.arch} ${release()}`,
    cpu: machine.cpuName,
    cores: cpus().length,
    usableCores: availableParallelism(),
    instructionSets: instructionSets(),
    loadAverage: loadavg()[0] ?? 0,
    memory: { usableBytes: usableMemoryBytes(), freeBytes: freemem() },
    disk: { freeBytes: await freeDiskBytes(nearestFolder(workspace)) },
    gpus: machine.gpus.map((gpu) => gpu.name),
    device: plannedSlots(machine, 1, null)[0]!.device,
  }
}

/** ResNet-20 training for five seconds in a process of its own, as a run alone would get it. @throws Error in TensorFlow's words */
export function measureSpeed(): Promise<SpeedTest> {
  const slot = plannedSlots(probeMachine(), 1, null)[0]!
  const worker = join(dirname(process.argv[1] ?? ''), 'worker.cjs')
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [worker, 'speed-test', slot.device.precision], { env: slotEnvironment(slot), encoding: 'utf8', timeout: 120_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim().split('\n').findLast((line) => /error/i.test(line)) ?? error.message))
      else resolve(speedTestSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')))
    })
  })
}

function packageVersion(name: string): string | null {
  try {
    const file = createRequire(import.meta.url).resolve(`${name}/package.json`)
    return z.looseObject({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version
  } catch {
    return null
  }
}

/** Asked in a process of its own: only the engine opens databases, and a broken native module must not take the doctor along. */
function sqliteVersion(): string | null {
  const question = "const Database = require(process.argv[1]); process.stdout.write(new Database(':memory:').prepare('select sqlite_version()').pluck().get())"
  try {
    const path = createRequire(import.meta.url).resolve('better-sqlite3')
    return execFileSync(process.execPath, ['-e', question, path], { encoding: 'utf8', timeout: 20_000, stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return null
  }
}

/** The folder itself, or the nearest one above that exists. */
function nearestFolder(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestFolder(dirname(path))
}
