import { z } from 'zod'
import { diskChoiceSchema, diskFreedSchema, diskPlanSchema, diskUsageSchema } from '../records/disk.ts'
import { engineStatusSchema } from '../records/records.ts'
import { doctorReportSchema } from './doctor.ts'
import { engineSettingsReplySchema, engineSettingsSchema } from './engine-settings.ts'
import { call, nothing } from './call.ts'

/** Calls on the engine, its machine and its disk. */
export const engineCalls = {
  'engine.status': call(nothing, engineStatusSchema),
  /**
   * epoch: running runs finish their epoch first; checkpoint: they save and become interrupted; now: they are killed and go on from
   * their last checkpoint.
   */
  'engine.stop': call(z.strictObject({ mode: z.enum(['epoch', 'checkpoint', 'now']) }), nothing),
  /** Looks the machine over; the speed test trains ResNet-20 for five seconds in a worker of its own. */
  'engine.doctor': call(z.strictObject({ speedTest: z.boolean() }), doctorReportSchema),
  'engine.settings': call(nothing, engineSettingsReplySchema),
  /** What is left out stays; runs that train already keep what they have. */
  'engine.configure': call(engineSettingsSchema.partial(), engineSettingsReplySchema),
  /** A few seconds of training, so that forecasts can be made before the first run; does nothing when speeds are known or runs train. */
  'engine.measure': call(nothing, z.strictObject({ measured: z.boolean() })),

  /** Sizes of the workspace's files as they are now. */
  'disk.usage': call(nothing, diskUsageSchema),
  /** What would be freed; nothing is deleted. Runs with training to do are never touched. */
  'disk.plan': call(z.strictObject({ choice: diskChoiceSchema }), diskPlanSchema),
  /** Deletes what the plan of this choice names, for good; refused where it is no longer the same plan. */
  'disk.free': call(z.strictObject({ choice: diskChoiceSchema, planHash: z.string() }), diskFreedSchema),
} as const
