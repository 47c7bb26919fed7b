import { withoutForeignSwitches, workerEnvironment } from '../../worker/machine/environment.ts'
import { visibleGpuIds } from './devices.ts'
import type { Slot } from './slot.ts'

/** Makes the environment in which a slot's worker starts: what its device needs, and which GPU it sees. */
export function slotEnvironment({ device, gpu }: Slot, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  // CUDA counts the fastest GPU first unless told otherwise; the slots were counted as nvidia-smi does.
  const onGpu = gpu === null ? {} : { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: visibleGpuIds(env)?.[gpu] ?? String(gpu) }
  return { ...withoutForeignSwitches(env), ...workerEnvironment(device), ...onGpu }
}
