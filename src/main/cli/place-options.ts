import type { Command } from 'commander'
import type { z } from 'zod'
import { precisionChoiceSchema } from '../../common/device.ts'
import { SkiplabError } from '../../common/failure.ts'
import {
  type PlaceChange,
  placeChangeSchema,
  type PlaceSettings,
  placeSettingsSchema,
  type SlurmSettings,
} from '../../common/places/place.ts'
import { slurmMinutes } from '../../common/places/slurm-time.ts'
import { collect } from './command.ts'
import { integer, number, oneOf } from './values.ts'

export interface PlaceOptions {
  readonly ssh?: string
  readonly sshConfig?: string
  readonly slurm?: boolean
  readonly partition?: string
  readonly gres?: string
  readonly account?: string
  readonly qos?: string
  readonly cpus?: number
  readonly time?: number
  readonly maxJobs?: number
  readonly sbatch?: readonly string[]
  readonly folder?: string
  readonly slots?: number
  readonly threads?: number
  readonly cpu?: boolean
  readonly precision?: PlaceSettings['precision']
  readonly fetchMinutes?: number
  readonly lostHours?: number | null
}

/** The options that describe a place. */
export function placeOptions(command: Command): Command {
  return command
    .option('--ssh <destination>', 'as ssh takes it: lab2, me@lab2; keys, ports and jumps stand in ~/.ssh/config')
    .option('--ssh-config <file>', 'another configuration of ssh')
    .option('--slurm', 'start runs by Slurm, here or behind --ssh')
    .option('--partition <name>', 'Slurm: partition')
    .option('--gres <resources>', 'Slurm: such as gpu:1; without it runs train on CPUs')
    .option('--account <name>', 'Slurm: account')
    .option('--qos <name>', 'Slurm: quality of service')
    .option('--cpus <count>', 'Slurm: CPUs of a job', integer('a number of CPUs', 1, 1024))
    .option('--time <limit>', 'Slurm: time limit of a job, as 08:00:00, 1-12:00:00 or minutes', minutesOf)
    .option('--max-jobs <count>', 'Slurm: most jobs in its queue', integer('a number of jobs', 1, 10_000))
    .option('--sbatch <option>', 'Slurm: a further option of sbatch; repeat for several', collect)
    .option('--folder <path>', 'folder there for programs, data and jobs (default: ~/.cache/skiplab-place)')
    .option('--slots <count>', 'runs side by side', integer('a number of runs', 1, 1024))
    .option('--threads <count>', 'threads of a run on the CPU', integer('a number of threads', 1, 1024))
    .option('--cpu', 'leave its GPUs alone')
    .option('--precision <precision>', 'of runs whose recipe leaves it open', oneOf('precision', precisionChoiceSchema.options))
    .option('--fetch-minutes <minutes>', 'fetch checkpoints at least so often', number('minutes', 0, 1440))
    .option('--lost-hours <hours|never>', 'hours out of reach after which you are asked about its runs (6)', hoursOrNever)
}

const slurmOnly = ['partition', 'gres', 'account', 'qos', 'cpus', 'time', 'maxJobs', 'sbatch'] as const

/** @throws SkiplabError bad-input */
export function settingsFrom(name: string, options: PlaceOptions): PlaceSettings {
  return checked(placeSettingsSchema, { name, ...changeFrom(options, null) })
}

/**
 * @param before what Slurm was asked for so far; null without Slurm
 * @throws SkiplabError bad-input
 */
export function changeFrom(options: PlaceOptions, before: SlurmSettings | null): PlaceChange {
  const stray = slurmOnly.find((key) => options[key] !== undefined)
  if (!options.slurm && before === null && stray !== undefined)
    throw new SkiplabError('bad-input', `--${stray === 'maxJobs' ? 'max-jobs' : stray} needs --slurm.`)
  const { partition, gres, account, qos, cpus, time, maxJobs, sbatch } = options
  const asked = given({ partition, gres, account, qos, cpusPerTask: cpus, timeMinutes: time, maxJobs, extra: sbatch })
  const slurm = options.slurm || stray !== undefined ? { ...before, ...asked } : undefined
  const { ssh, sshConfig, folder, slots, threads, precision, fetchMinutes, lostHours } = options
  const rest = { ssh, sshConfig, slurm, folder, slots, threads, precision, fetchMinutes, lostHours }
  return checked(placeChangeSchema, given({ ...rest, device: options.cpu ? 'cpu' : undefined }))
}

function given(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new SkiplabError('bad-input', `${parsed.error.issues[0]?.path.join('.') ?? ''}: ${parsed.error.issues[0]?.message ?? ''}.`)
}

/** @returns null for never */
function hoursOrNever(text: string): number | null {
  return text === 'never' ? null : number('hours, or never', 0.01, 1000)(text)
}

/** Reads a time as Slurm takes it. @returns minutes */
function minutesOf(text: string): number {
  const minutes = slurmMinutes(text)
  if (minutes !== null && Number.isFinite(minutes)) return minutes
  throw new SkiplabError('bad-input', `Expected a time limit such as 08:00:00, 1-12:00:00 or 480 (minutes), got "${text}".`)
}
