import type { DoctorReport } from '../../../common/rpc/doctor.ts'
import type { EngineSettings, EngineSettingsReply } from '../../../common/rpc/engine-settings.ts'
import type { EngineStatus } from '../../../common/records/records.ts'
import type { Calibration } from '../queue/calibration.ts'
import type { HandlersOf } from './dispatch.ts'

export interface EngineHandlerOptions {
  readonly calibration: Calibration
  readonly doctor: (speedTest: boolean) => Promise<DoctorReport>
  readonly settings: () => EngineSettingsReply
  readonly configure: (change: Partial<EngineSettings>) => EngineSettingsReply
  readonly status: () => EngineStatus
  readonly stop: (mode: 'epoch' | 'checkpoint' | 'now') => Promise<void>
}

/** Calls about the engine itself and its machine. */
export function engineHandlers({ calibration, doctor, settings, configure, status, stop }: EngineHandlerOptions): HandlersOf<'engine'> {
  return {
    'engine.status': () => status(),
    'engine.stop': async ({ mode }) => {
      await stop(mode)
      return {}
    },
    'engine.doctor': ({ speedTest }) => doctor(speedTest),
    'engine.settings': () => settings(),
    'engine.configure': (change) => configure(change),
    'engine.measure': async () => ({ measured: await calibration.measure() }),
  }
}
