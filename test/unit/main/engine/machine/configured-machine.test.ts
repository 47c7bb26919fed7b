import { expect, it } from 'vitest'
import { ConfiguredMachine } from '../../../../../src/main/engine/machine/configured-machine.ts'
import { plannedSlots } from '../../../../../src/main/engine/machine/scheduler.ts'

const hardware = { cpuName: 'CPU', cores: 8, cpuPrecision: 'bf16' as const, gpus: [{ name: 'H200', precision: 'bf16' as const }] }
const automatic = { device: 'auto', precision: 'auto', threads: null, cpuSlots: null, diskBudgetBytes: null } as const
const slots = (machine: ConfiguredMachine, waiting: number): string[] =>
  plannedSlots(machine, waiting, null).map(({ device }) => `${device.kind} ${device.threads} ${device.precision}`)

it('without settings the machine is used as it is', () => {
  expect(slots(new ConfiguredMachine(hardware), 4)).toEqual(['cuda 1 bf16'])
})

it('settings take the GPU, cores and precision away, and share the rest among so many runs', () => {
  const machine = new ConfiguredMachine(hardware)
  machine.settings = { ...automatic, device: 'cpu' }
  expect(slots(machine, 2)).toEqual(['cpu 4 bf16', 'cpu 4 bf16'])
  machine.settings = { ...automatic, device: 'cpu', precision: 'fp32', threads: 6, cpuSlots: 3 }
  expect(slots(machine, 9)).toEqual(['cpu 2 fp32', 'cpu 2 fp32', 'cpu 2 fp32'])
  machine.settings = { ...automatic, device: 'cpu', threads: 100 }
  expect(slots(machine, 1)).toEqual(['cpu 8 bf16'])
  expect(machine.describe().hardware).toMatchObject({ cpu: 'CPU', cores: 8, gpus: ['H200'], precision: 'bf16' })
})
