import type { Slot } from './scheduler.ts'

/** The environment in which a slot's worker starts: device, threads, determinism. */
export function workerEnvironment({ device, gpu }: Slot): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CUDA_VISIBLE_DEVICES: gpu === null ? '-1' : String(gpu),
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    TF_DETERMINISTIC_OPS: '1',
    TF_NUM_INTRAOP_THREADS: String(device.threads),
    TF_NUM_INTEROP_THREADS: '1',
    OMP_NUM_THREADS: String(device.threads),
    TF_CPP_MIN_LOG_LEVEL: '1',
  }
}
