import { workerEnvironment } from '../worker/environment.ts'
import type { Slot } from './scheduler.ts'

/** The environment in which a slot's worker starts: what its device asks for, and on which GPU. */
export function slotEnvironment({ device, gpu }: Slot): NodeJS.ProcessEnv {
  return { ...process.env, ...workerEnvironment(device), ...(gpu !== null && { CUDA_VISIBLE_DEVICES: String(gpu) }) }
}
