import type { Device } from '../../../common/device.ts'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { execFileSync } from 'node:child_process'
import type { Recipe } from '../../../common/training/recipe.ts'
import { groupLimits } from './control-groups.ts'

/** Gives the environment variables that must be set before a worker starts: TensorFlow reads them when its library is loaded. */
export function workerEnvironment(device: Device): Record<string, string> {
  const threads = String(device.threads)
  return {
    TF_NUM_INTRAOP_THREADS: threads,
    // One op after the other, each on all threads: two at a time take turns on the cores and hand data from cache to cache (up to a
    // tenth of a training step). On a GPU ops only start work there.
    TF_NUM_INTEROP_THREADS: device.kind === 'cpu' || device.threads === 1 ? '1' : '2',
    OMP_NUM_THREADS: threads,
    TF_DETERMINISTIC_OPS: '1',
    TF_ENABLE_ONEDNN_OPTS: '1',
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    // One heap instead of one a thread: 5 % less memory at the same speed (glibc only; others ignore it).
    MALLOC_ARENA_MAX: '1',
    // A CPU run must not take memory of a GPU that happens to be there. On a GPU fp32 is to mean fp32: TF32, which CUDA's libraries
    // would take in its place, keeps ten bits of a number (gradients were off by 5e-4 of the largest, against 1e-6).
    ...(device.kind === 'cpu' ? { CUDA_VISIBLE_DEVICES: '' } : { NVIDIA_TF32_OVERRIDE: '0' }),
  }
}

/**
 * Switches of TensorFlow and of OpenMP that somebody set for other programs: they change numbers, flood the log or, misspelt, end the
 * process.
 */
const foreign = /^(?:TF_|XLA_FLAGS$|OMP_|GOMP_|KMP_|NODE_OPTIONS$)/

/** Leaves out of an environment what other programs' switches would change in a worker. */
export function withoutForeignSwitches(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)))
}

/** Lists the instruction sets that matter for speed, in the words of /proc/cpuinfo. */
export function instructionSets(): string[] {
  const flags = new Set(cpuFlags())
  return ['avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_bf16', 'asimd', 'bf16'].filter((flag) => flags.has(flag))
}

/** Takes bf16 where the CPU multiplies it natively: elsewhere it is emulated and slower than fp32. */
export function resolvePrecision(wanted: Recipe['precision'], sets: readonly string[] = instructionSets()): Device['precision'] {
  if (wanted !== 'auto') return wanted
  return sets.includes('avx512_bf16') || sets.includes('amx_bf16') ? 'bf16' : 'fp32'
}

/** Describes this machine's CPU as a device with the given number of threads. */
export function cpuDevice(threads: number, precision: Device['precision']): Device {
  return { kind: 'cpu', name: cpus()[0]?.model.trim() || 'CPU', threads, precision }
}

/** Tells how many bytes of memory this process may use: the machine's, or a control group's limit (container, systemd, Slurm). */
export function usableMemoryBytes(): number {
  return Math.min(totalmem(), groupLimits().memoryBytes)
}

/** Tells how many bytes of memory are free for this process, in the machine and in the control groups around it. */
export function availableMemoryBytes(): number {
  return Math.min(availableInMachine(), groupLimits().availableBytes)
}

/** Tells how many cores this process may keep busy: its affinity (`taskset`, cpusets) and the CPU time that its control groups allow. */
export function usableCores(): number {
  return Math.min(availableParallelism(), Math.max(1, Math.round(groupLimits().cores)))
}

/** Node's own figure takes file cache for used memory where this process's group has a limit. */
function availableInMachine(): number {
  if (process.platform !== 'linux') return process.availableMemory()
  try {
    const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]
    return kilobytes === undefined ? process.availableMemory() : Number(kilobytes) * 1024
  } catch {
    return process.availableMemory()
  }
}

function cpuFlags(): string[] {
  try {
    if (process.platform === 'linux') {
      const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))
      return line?.[1]?.trim().split(/\s+/) ?? []
    }
    if (process.platform === 'darwin') {
      const names = execFileSync('sysctl', ['-n', 'machdep.cpu.features', 'machdep.cpu.leaf7_features'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      return names.toLowerCase().split(/\s+/)
    }
  } catch {
    // Unknown flags only mean that fp32 is chosen.
  }
  return []
}
