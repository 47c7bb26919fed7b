import type { Precision } from '../../../common/device.ts'
import { defaultEngineSettings, type EngineSettings, type EngineSettingsReply } from '../../../common/rpc/engine-settings.ts'
import { usableMemoryBytes } from './devices.ts'
import type { Machine } from './slot.ts'

/** Describes the machine as the settings allow it to be used. Settings are read anew at every access. */
export class ConfiguredMachine implements Machine {
  readonly #hardware: Machine
  settings: EngineSettings = defaultEngineSettings

  constructor(hardware: Machine) {
    this.#hardware = hardware
  }

  get cpuName(): string {
    return this.#hardware.cpuName
  }

  get cores(): number {
    return Math.min(this.settings.threads ?? Infinity, this.#hardware.cores)
  }

  get cpuPrecision(): Precision {
    return this.#precision(this.#hardware.cpuPrecision)
  }

  get gpus(): Machine['gpus'] {
    if (this.settings.device === 'cpu') return []
    return this.#hardware.gpus.map(({ name, precision }) => ({ name, precision: this.#precision(precision) }))
  }

  get cpuSlots(): number | null {
    return this.settings.cpuSlots
  }

  describe(): EngineSettingsReply {
    const { cpuName, cores, gpus, cpuPrecision } = this.#hardware
    return {
      settings: this.settings,
      hardware: {
        cpu: cpuName,
        cores,
        gpus: gpus.map(({ name }) => name),
        precision: gpus[0]?.precision ?? cpuPrecision,
        memoryBytes: usableMemoryBytes(),
      },
    }
  }

  #precision(best: Precision): Precision {
    return this.settings.precision === 'auto' ? best : this.settings.precision
  }
}
