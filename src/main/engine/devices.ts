import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import type { Machine } from './scheduler.ts'

/** GPUs of this compute capability and newer have bfloat16 arithmetic. */
const firstBf16Capability = 8

/**
 * What runs may train on: the GPUs that NVIDIA's driver reports, else the CPU.
 * `SKIPLAB_DEVICES=cpu` leaves the GPUs alone, as does a runtime without CUDA (`SKIPLAB_TENSORFLOW=cpu`).
 */
export function probeMachine(env: NodeJS.ProcessEnv = process.env): Machine {
  const cpuOnly = env.SKIPLAB_DEVICES === 'cpu' || env.SKIPLAB_TENSORFLOW === 'cpu' || process.platform === 'darwin'
  return {
    cpuName: cpus()[0]?.model.trim() ?? 'CPU',
    cores: availableParallelism(),
    cpuPrecision: hasFastBf16(cpuFlags()) ? 'bf16' : 'fp32',
    gpus: cpuOnly ? [] : parseGpus(queryGpus()),
  }
}

/** Whether bfloat16 convolutions are computed in hardware (AVX512-BF16 or AMX) rather than emulated. */
export function hasFastBf16(flags: readonly string[]): boolean {
  return flags.includes('avx512_bf16') || flags.includes('amx_bf16')
}

function cpuFlags(): string[] {
  try {
    return /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.trim().split(/\s+/) ?? []
  } catch {
    return []
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
