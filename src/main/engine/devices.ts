import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { cpuDevice, resolvePrecision } from '../worker/environment.ts'
import type { Machine } from './scheduler.ts'

// Clients of the engine describe the machine with the same words.
export { instructionSets, usableMemoryBytes } from '../worker/environment.ts'

/** GPUs of this compute capability and newer have bfloat16 arithmetic. */
const firstBf16Capability = 8

/**
 * What runs may train on: the GPUs that NVIDIA's driver reports, else the CPU.
 * `SKIPLAB_DEVICES=cpu` leaves the GPUs alone, as does a runtime without CUDA (`SKIPLAB_TENSORFLOW=cpu` or `upstream`; set-up sets it).
 */
export function probeMachine(env: NodeJS.ProcessEnv = process.env): Machine {
  const cpuOnly = env.SKIPLAB_DEVICES === 'cpu' || ['cpu', 'upstream'].includes(env.SKIPLAB_TENSORFLOW ?? '') || process.platform === 'darwin'
  const precision = resolvePrecision('auto')
  return {
    cpuName: cpuDevice(1, precision).name,
    cores: availableParallelism(),
    cpuPrecision: precision,
    gpus: cpuOnly ? [] : parseGpus(queryGpus()),
  }
}

function queryGpus(): string {
  try {
    return execFileSync('nvidia-smi', ['--query-gpu=name,compute_cap', '--format=csv,noheader'], { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return ''
  }
}

/** Reads lines such as `NVIDIA H200, 9.0`. */
export function parseGpus(text: string): { name: string; precision: 'fp32' | 'bf16' }[] {
  return text
    .split('\n')
    .map((line) => /^(.+),\s*(\d+(?:\.\d+)?)\s*$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({ name: match[1]!.trim(), precision: Number(match[2]) >= firstBf16Capability ? 'bf16' : 'fp32' }))
}
