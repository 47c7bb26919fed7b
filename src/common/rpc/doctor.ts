import { deviceKindSchema, precisionSchema } from '../device.ts'
import { z } from 'zod'

/** What `skiplab doctor` and the page say of this machine. */

export const speedTestSchema = z.strictObject({
  /** True when TensorFlow really computes on a GPU. */
  gpu: z.boolean(),
  precision: precisionSchema,
  imagesPerSecond: z.number(),
  steps: z.int(),
  /** Building and loading the graph, the first two steps included. */
  startMs: z.number(),
  peakMemoryBytes: z.number(),
  libtensorflow: z.string(),
  /** Instructions that Skiplab's own operations use: baseline, avx2, avx512 or avx512bf16; null where TensorFlow's do it all. */
  kernels: z.string().nullable(),
})
export type SpeedTest = z.infer<typeof speedTestSchema>

export const machineReportSchema = z.strictObject({
  versions: z.strictObject({ skiplab: z.string(), node: z.string(), tfjs: z.string().nullable(), sqlite: z.string().nullable() }),
  system: z.string(),
  cpu: z.string(),
  /** Logical ones of the machine, and how many of them this process may use. */
  cores: z.int(),
  usableCores: z.int(),
  instructionSets: z.array(z.string()),
  loadAverage: z.number(),
  memory: z.strictObject({ usableBytes: z.number(), freeBytes: z.number() }),
  /** The disk that holds the workspace. */
  disk: z.strictObject({ freeBytes: z.number() }),
  gpus: z.array(z.string()),
  /** What one run alone would train on. */
  device: z.strictObject({ kind: deviceKindSchema, name: z.string(), threads: z.int(), precision: precisionSchema }),
})
export type MachineReport = z.infer<typeof machineReportSchema>

export const doctorReportSchema = z.strictObject({
  machine: machineReportSchema,
  /** Null when it was left out or failed; the problems say why. */
  speed: speedTestSchema.nullable(),
  /** Things that keep Skiplab from working. */
  problems: z.array(z.string()),
  /** Things that would make it faster. */
  advice: z.array(z.string()),
})
export type DoctorReport = z.infer<typeof doctorReportSchema>
