import type { Device } from '../device.ts'

/** Names a device by where it is. @param place undefined or null: this machine */
export function deviceAt(device: Device, place: string | null | undefined): Device {
  return place === undefined || place === null ? device : { ...device, name: `${device.name} at ${place}` }
}

/** Names a device as its speeds are stored: a place's by the place, since nobody knows beforehand which of a cluster's nodes a run gets. */
export function measuredAt(device: Device, place: string | null | undefined): Device {
  return place === undefined || place === null ? device : { ...device, name: `any at ${place}` }
}
