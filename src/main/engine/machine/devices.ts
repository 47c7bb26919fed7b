import type { Precision } from '../../../common/device.ts'
import { execFileSync } from 'node:child_process'
import { cpuDevice, resolvePrecision, usableCores } from '../../worker/machine/environment.ts'
import { isCpuBuild, nativeModulePath } from '../../worker/backend/tensorflow/graph/native-modules.ts'
import type { Machine } from './slot.ts'

/** Where set-up put a native module. */
export const nativeModule = (name: string): string => nativeModulePath(name)

/** Whether this machine's TensorFlow has no CUDA. */
export const isCpuOnly = (): boolean => isCpuBuild()

// Clients of the engine describe the machine with the same words.
export { availableMemoryBytes, cpuDevice, instructionSets, usableCores, usableMemoryBytes } from '../../worker/machine/environment.ts'

/** GPUs of this compute capability and newer have bfloat16 arithmetic. */
const firstBf16Capability = 8

/**
 * Finds what runs may train on: the GPUs that NVIDIA's driver reports, else the CPU. `CUDA_VISIBLE_DEVICES` chooses among the GPUs.
 * `SKIPLAB_DEVICES=cpu` leaves them alone, as does a TensorFlow without CUDA (`SKIPLAB_TENSORFLOW=cpu` or `upstream`; set-up sets it).
 */
export function probeMachine(env: NodeJS.ProcessEnv = process.env): Machine {
  const cpuOnly =
    env.SKIPLAB_DEVICES === 'cpu' ||
    ['cpu', 'upstream'].includes(env.SKIPLAB_TENSORFLOW ?? '') ||
    process.platform === 'darwin' ||
    isCpuBuild(env)
  const precision = resolvePrecision('auto')
  return {
    cpuName: cpuDevice(1, precision).name,
    cores: usableCores(),
    cpuPrecision: precision,
    gpus: cpuOnly
      ? []
      : chosenGpus(parseGpus(queryGpus(env)), visibleGpuIds(env)).map(({ name, precision: best }) => ({ name, precision: best })),
  }
}

interface Gpu {
  /** `GPU-8932f937-...` */
  readonly uuid: string
  readonly name: string
  readonly precision: Precision
}

/**
 * Reads which GPUs a person or a batch system (Slurm) leaves to us, in `CUDA_VISIBLE_DEVICES`: numbers as nvidia-smi counts, or UUIDs.
 * As in CUDA, whatever is neither (`-1`, `NoDevFiles`) ends the list.
 * @returns null when all may be used
 */
export function visibleGpuIds(env: NodeJS.ProcessEnv): string[] | null {
  if (env.CUDA_VISIBLE_DEVICES === undefined) return null
  const ids = env.CUDA_VISIBLE_DEVICES.split(',').map((id) => id.trim())
  const end = ids.findIndex((id) => !/^(?:\d+|GPU-[0-9a-f-]+)$/i.test(id))
  return end < 0 ? ids : ids.slice(0, end)
}

/** @param all in nvidia-smi's order. @returns those with the ids, in their order, up to the first that is not there */
function chosenGpus(all: readonly Gpu[], ids: readonly string[] | null): Gpu[] {
  if (ids === null) return [...all]
  const found = ids.map((id) =>
    /^\d+$/.test(id) ? all[Number(id)] : all.find(({ uuid }) => uuid.toLowerCase().startsWith(id.toLowerCase())),
  )
  const end = found.indexOf(undefined)
  return (end < 0 ? found : found.slice(0, end)).filter((gpu) => gpu !== undefined)
}

function queryGpus(env: NodeJS.ProcessEnv): string {
  try {
    return execFileSync('nvidia-smi', ['--query-gpu=uuid,name,compute_cap', '--format=csv,noheader'], {
      env,
      encoding: 'utf8',
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    return ''
  }
}

/** Reads lines such as `GPU-8932f937-d72c-4106-c12f-20bd9faed9f6, NVIDIA H200, 9.0`. */
function parseGpus(text: string): Gpu[] {
  return text
    .split('\n')
    .map((line) => /^(GPU-[0-9a-f-]+),\s*(.+),\s*(\d+(?:\.\d+)?)\s*$/i.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({ uuid: match[1]!, name: match[2]!.trim(), precision: Number(match[3]) >= firstBf16Capability ? 'bf16' : 'fp32' }))
}
