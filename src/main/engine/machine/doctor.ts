import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { sep } from 'node:path'
import { messageOf } from '../../../common/caught.ts'
import { formatBytes } from '../../../common/format-bytes.ts'
import type { DoctorReport, MachineReport, SpeedTest } from '../../../common/rpc/doctor.ts'
import { describeMachine, measureSpeed, nearestExisting } from './machine-report.ts'
import { plannedSlots } from './scheduler.ts'
import type { Machine } from './slot.ts'

/** Memory below which a deep net with a batch of 128 may not fit. */
const comfortableMemoryBytes = 3e9
/** Disk that a workspace with CIFAR-10 and a few dozen runs takes. */
const comfortableDiskBytes = 2e9

export interface DoctorRequest {
  readonly machine: Machine
  /** Folder of the workspace, which need not exist yet. */
  readonly workspace: string
  /** Version of the program. */
  readonly version: string
  /** The built worker that trains for five seconds; null leaves that out. */
  readonly worker: string | null
}

/** Examines this machine: hardware, software, workspace and speed. */
export async function diagnose({ machine, workspace, version, worker }: DoctorRequest): Promise<DoctorReport> {
  const report = await describeMachine(machine, workspace, version)
  const [speed, failure] = worker === null ? [null, null] : await trySpeed(machine, worker)
  const { problems, advice } = examine(report, speed, failure)
  return { machine: report, speed, problems: [...(await workspaceProblems(workspace)), ...problems], advice }
}

/** Lists what keeps the folder, or the nearest one above that exists, from being written. */
async function workspaceProblems(workspace: string): Promise<string[]> {
  const nearest = nearestExisting(workspace)
  try {
    // Asks for a folder: a file would do for writing.
    await access(nearest + sep, constants.W_OK)
    return []
  } catch (error) {
    return [
      `The workspace ${workspace} cannot be used: ${nearest} is no folder that can be written (${messageOf(error)}). Choose ` +
        'another with --workspace.',
    ]
  }
}

async function trySpeed(machine: Machine, worker: string): Promise<[SpeedTest | null, string | null]> {
  try {
    return [await measureSpeed(plannedSlots(machine, 1, null)[0]!, worker), null]
  } catch (error) {
    return [null, messageOf(error)]
  }
}

/** Lists what is wrong with the machine, and what would make it faster. */
export function examine(
  machine: MachineReport,
  speed: SpeedTest | null,
  failure: string | null,
): Pick<DoctorReport, 'problems' | 'advice'> {
  const { instructionSets: sets, usableCores, memory, disk, device, versions } = machine
  const problems = [
    ...(failure === null
      ? []
      : [
          `TensorFlow does not train here: ${failure}. ` +
            (device.kind === 'cuda'
              ? 'SKIPLAB_DEVICES=cpu trains on the CPU instead; if the set-up is broken, npm run setup mends it.'
              : 'Set it up again with: npm run setup'),
        ]),
    ...(versions.sqlite === null ? ['SQLite (better-sqlite3) does not load. Set it up again with: npm run setup'] : []),
    ...(speed && device.kind === 'cuda' && !speed.gpu
      ? [
          `The GPU ${device.name} is there, but TensorFlow computes on the CPU: the driver may be too old for this TensorFlow. ` +
            'SKIPLAB_DEVICES=cpu uses the CPU on purpose.',
        ]
      : []),
    ...(disk.freeBytes < comfortableDiskBytes / 10 ? [`Only ${formatBytes(disk.freeBytes)} are free on the workspace’s disk.`] : []),
  ]
  const advice = [
    ...(machine.loadAverage > usableCores * 0.3
      ? [
          `Other programs are at work (load ${machine.loadAverage.toFixed(1)} on ${usableCores} cores): close them, or expect ` +
            'slower runs and rough forecasts.',
        ]
      : []),
    ...(usableCores < machine.cores
      ? [`Only ${usableCores} of ${machine.cores} cores may be used here: raise the container’s or the process’s limit.`]
      : []),
    ...(memory.usableBytes < comfortableMemoryBytes
      ? [`${formatBytes(memory.usableBytes)} of memory are tight for deep nets: use a smaller batch, such as --set batchSize=64.`]
      : []),
    ...(disk.freeBytes < comfortableDiskBytes
      ? [`${formatBytes(disk.freeBytes)} of free disk are little for checkpoints: put the workspace elsewhere with --workspace.`]
      : []),
    ...(device.kind === 'cuda' ? [] : ['A GPU with CUDA would be many times faster; on Linux it is found and used by itself.']),
    ...(device.kind === 'cuda' || device.precision === 'bf16'
      ? []
      : ['A CPU with bfloat16 arithmetic (avx512_bf16 or amx_bf16) trains at half the memory and well above this speed.']),
    ...(sets.includes('avx2') || sets.includes('asimd') || machine.system.startsWith('darwin')
      ? []
      : ['This CPU has no AVX2; any from the last ten years is several times faster.']),
  ]
  return { problems, advice }
}
