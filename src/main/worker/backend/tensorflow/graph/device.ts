import type { Device } from '../../../../../common/device.ts'
import { DeviceUnavailable } from '../../backend.ts'
import { nativeBinding } from './session.ts'

/**
 * Refuses a GPU that TensorFlow cannot use, since TensorFlow would compute on the CPU without a word.
 * @throws DeviceUnavailable
 */
export function requireDevice(device: Device): void {
  if (device.kind !== 'cuda' || nativeBinding().isUsingGpuDevice()) return
  throw new DeviceUnavailable(
    `The run is to train on the GPU ${device.name}, but TensorFlow can use no GPU here: its driver may be too old, it may be gone, ` +
      'or this TensorFlow may be built without CUDA.',
  )
}
