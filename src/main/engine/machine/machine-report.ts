import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, release } from 'node:os'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { messageOf } from '../../../common/caught.ts'
import { type MachineReport, type SpeedTest, speedTestSchema } from '../../../common/rpc/doctor.ts'
import { availableMemoryBytes, instructionSets, usableCores, usableMemoryBytes } from './devices.ts'
import { plannedSlots } from './scheduler.ts'
import type { Machine, Slot } from './slot.ts'
import { slotEnvironment } from './slot-environment.ts'
import { freeDiskBytes } from '../../workspace/workspace.ts'

const run = promisify(execFile)

/** @param workspace its folder, which need not exist yet */
export async function describeMachine(machine: Machine, workspace: string, version: string): Promise<MachineReport> {
  return {
    versions: {
      skiplab: version,
      node: process.versions.node,
      tfjs: packageVersion('@tensorflow/tfjs-node-gpu'),
      sqlite: await sqliteVersion(),
    },
    system: `${process.platform} ${process.arch} ${release()}`,
    cpu: machine.cpuName,
    cores: cpus().length,
    usableCores: usableCores(),
    instructionSets: instructionSets(),
    loadAverage: loadavg()[0] ?? 0,
    memory: { usableBytes: usableMemoryBytes(), freeBytes: availableMemoryBytes() },
    disk: { freeBytes: await freeDiskBytes(nearestExisting(workspace)) },
    gpus: machine.gpus.map((gpu) => gpu.name),
    device: plannedSlots(machine, 1, null)[0]!.device,
  }
}

/**
 * Trains ResNet-20 for five seconds in a process of its own, as a run in that slot would.
 * @param worker the built worker
 * @param signal ends it early
 * @throws Error in TensorFlow's words
 */
export async function measureSpeed(slot: Slot, worker: string, signal?: AbortSignal): Promise<SpeedTest> {
  try {
    const { stdout } = await run(process.execPath, [worker, 'speed-test', slot.device.precision], {
      env: slotEnvironment(slot),
      encoding: 'utf8',
      timeout: 120_000,
      killSignal: 'SIGKILL',
      ...(signal && { signal }),
    })
    return speedTestSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
  } catch (error) {
    throw new Error(lastError(error), { cause: error })
  }
}

function lastError(error: unknown): string {
  return failureIn(error instanceof Error && 'stderr' in error ? String(error.stderr) : '') ?? messageOf(error)
}

/** Finds the reason in a worker's error output. TensorFlow numbers several errors and says how many it found. */
export function failureIn(errorOutput: string): string | undefined {
  return (
    /root error\(s\) found\.\s*\(0\) (.+)/.exec(errorOutput)?.[1] ??
    errorOutput
      .trim()
      .split('\n')
      .findLast((line) => /error/i.test(line))
  )
}

function packageVersion(name: string): string | null {
  try {
    const file = createRequire(import.meta.url).resolve(`${name}/package.json`)
    return z.looseObject({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version
  } catch {
    return null
  }
}

/**
 * Reads SQLite's version in a process of its own: only the store opens databases, and a broken native module must not crash this process.
 */
async function sqliteVersion(): Promise<string | null> {
  const question =
    "const Database = require(process.argv[1]); process.stdout.write(new Database(':memory:').prepare('select " +
    "sqlite_version()').pluck().get())"
  try {
    const path = createRequire(import.meta.url).resolve('better-sqlite3')
    return (await run(process.execPath, ['-e', question, path], { encoding: 'utf8', timeout: 20_000 })).stdout
  } catch {
    return null
  }
}

/** Finds the path itself, or the nearest one above that exists. */
export function nearestExisting(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path))
}
