import { z } from 'zod'
import { deviceKindSchema, precisionChoiceSchema } from '../device.ts'

/** Name of the place that every workspace has: the machine of its engine. */
export const localPlace = 'here'

export const placeNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/i, 'expected 1 to 40 letters, digits, dots, hyphens and underscores, a letter or digit first')
  .refine((name) => name !== localPlace, `"${localPlace}" is this machine; choose another name`)

const slurmWord = z.string().regex(/^[^\s'"]+$/, 'expected a name as Slurm has it, without blanks and quotes')
/** Matches options of sbatch that Skiplab sets for every job, and those that make several jobs of one. */
const fixedOption =
  /^(?:-[JoeDaM]|--(?:job-name|output|error|chdir|signal|(?:no-)?requeue|open-mode|array|clusters?|wrap|export)(?:[=\s]|$))/

/** What `sbatch` is asked for. Null leaves it to the cluster. */
export const slurmSettingsSchema = z.strictObject({
  partition: slurmWord.nullable().default(null),
  /** Such as `gpu:1`; without it runs train on CPUs. */
  gres: slurmWord.nullable().default(null),
  account: slurmWord.nullable().default(null),
  qos: slurmWord.nullable().default(null),
  cpusPerTask: z.int().min(1).max(1024).default(1),
  /** Limit of a job, in minutes: a longer run goes on in the next job. Null: the partition's own. */
  timeMinutes: z.int().min(2).nullable().default(null),
  /** Most jobs in Slurm's queue at a time. */
  maxJobs: z.int().min(1).max(10_000).default(8),
  /** Further lines of the script, each after `#SBATCH`, such as `--constraint=avx512`. */
  extra: z
    .array(
      z
        .string()
        .regex(/^-[^\r\n]+$/, 'expected an option of sbatch, such as --constraint=avx512')
        .refine((line) => !fixedOption.test(line), 'Skiplab sets this option itself, for every job; leave it out'),
    )
    .max(50)
    .default([]),
})
export type SlurmSettings = z.infer<typeof slurmSettingsSchema>

/** What can be changed of a place; what is left out stays as it is. */
const changeable = {
  /** Destination as `ssh` takes it (`lab2`, `me@lab2`); null: commands run on this machine, as on a cluster's login node. */
  ssh: z
    .string()
    .regex(/^[^-\s][^\s]*$/, 'expected a destination as ssh takes it, such as me@lab2')
    .nullable(),
  /** Another file than ~/.ssh/config; its path. */
  sshConfig: z.string().nullable(),
  slurm: slurmSettingsSchema.nullable(),
  /** Folder there for programs, data and jobs; `~` is the home folder there. */
  folder: z.string().min(1),
  /** Runs side by side; null: one for each GPU, else one. */
  slots: z.int().min(1).max(1024).nullable(),
  /** Threads of a run on the CPU; null: the cores shared among the slots. */
  threads: z.int().min(1).max(1024).nullable(),
  device: z.enum(['auto', 'cpu']),
  precision: precisionChoiceSchema,
  /** Checkpoints are fetched at least so often, and at the end. */
  fetchMinutes: z.number().min(0).max(1440),
  /** Hours out of reach after which people are asked what is to become of its runs; null: never. */
  lostHours: z.number().positive().max(1000).nullable(),
  paused: z.boolean(),
} as const
export const placeChangeSchema = z.strictObject(changeable).partial()
export type PlaceChange = z.infer<typeof placeChangeSchema>

/** A place as a person set it up. No secret is part of it: `ssh` finds keys and passwords its own way. */
export const placeSettingsSchema = z.strictObject({
  name: placeNameSchema,
  ssh: changeable.ssh.default(null),
  sshConfig: changeable.sshConfig.default(null),
  slurm: changeable.slurm.default(null),
  folder: changeable.folder.default('~/.cache/skiplab-place'),
  slots: changeable.slots.default(null),
  threads: changeable.threads.default(null),
  device: changeable.device.default('auto'),
  precision: changeable.precision.default('auto'),
  fetchMinutes: changeable.fetchMinutes.default(10),
  lostHours: changeable.lostHours.default(6),
  paused: changeable.paused.default(false),
})
export type PlaceSettings = z.infer<typeof placeSettingsSchema>

/** What Slurm offers under one name. */
const partitionSchema = z.strictObject({
  name: z.string(),
  words: z.string(),
  /** Where jobs go that name none. */
  isDefault: z.boolean().default(false),
  /** Most time of a job; null: as long as it takes, or not known. */
  limitMinutes: z.number().nullable().default(null),
})
export type Partition = z.infer<typeof partitionSchema>

/** What a place was found to have. */
export const placeReportSchema = z.strictObject({
  /** `linux-x64`, as Node names platforms. */
  platform: z.string(),
  system: z.string(),
  cpu: z.string(),
  cores: z.int().min(1),
  instructionSets: z.array(z.string()),
  gpus: z.array(z.string()),
  memoryBytes: z.number(),
  freeDiskBytes: z.number(),
  /** Clock there minus clock here, in milliseconds. */
  clockOffsetMs: z.number(),
  /** Partitions that Slurm offers, with their own words; null without Slurm. */
  partitions: z.array(partitionSchema).nullable(),
  /** What is missing or odd, in words; what keeps runs from starting is in `problem`. */
  advice: z.array(z.string()),
})
export type PlaceReport = z.infer<typeof placeReportSchema>

/** Why a place cannot be used now. */
export const placeTroubleKinds = ['unreachable', 'refused', 'host-key', 'disk-full', 'missing', 'platform', 'scheduler', 'broken'] as const
export type PlaceTroubleKind = (typeof placeTroubleKinds)[number]

/** A place with its state, for lists. */
export const placeStatusSchema = z.strictObject({
  settings: placeSettingsSchema,
  /** `unknown`: not looked at yet. */
  state: z.enum(['unknown', 'ready', 'paused', 'away']),
  /** Why it is away, and what to do. */
  trouble: z.strictObject({ kind: z.enum(placeTroubleKinds), words: z.string(), since: z.number() }).nullable(),
  report: placeReportSchema.nullable(),
  checkedAt: z.number().nullable(),
  slots: z.int(),
  runIds: z.array(z.int()),
  /** Since when it is out of reach while runs train there; null: it is not. */
  lostSince: z.number().nullable(),
  /** Whether that is for so long that somebody should say what is to become of them. */
  overdue: z.boolean(),
  /** Bytes sent there and fetched from there since it was added. */
  sentBytes: z.number(),
  fetchedBytes: z.number(),
  /** What is being sent now. */
  sending: z.strictObject({ what: z.string(), done: z.number(), total: z.number() }).nullable(),
})
export type PlaceStatus = z.infer<typeof placeStatusSchema>

/** Device that a job asks for; what it gets is settled where it starts, since a cluster's nodes differ. */
export const wantedDeviceSchema = z.strictObject({
  kind: deviceKindSchema,
  /** Index of the GPU; null: the CPU, or the one GPU that a scheduler leaves visible. */
  gpu: z.int().nullable(),
  threads: z.int().min(1),
  precision: precisionChoiceSchema,
})
export type WantedDevice = z.infer<typeof wantedDeviceSchema>
