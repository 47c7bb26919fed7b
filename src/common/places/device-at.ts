import type { Device } from '../device.ts'

/** Names a device by where it is, so that speeds are learned for each place. @param place undefined or null: this machine */
export function deviceAt(device: Device, place: string | null | undefined): Device {
  return place === undefined || place === null ? device : { ...device, name: `${device.name} at ${place}` }
}
