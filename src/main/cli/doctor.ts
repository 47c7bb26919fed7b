import type { Command } from 'commander'
import { defineCommand } from './command.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { formatBytes, formatDuration } from './format.ts'
import { describeMachine, measureSpeed, type MachineReport, type SpeedTest } from './machine.ts'
import { table } from './table.ts'

/** Less than this and a deep net with a batch of 128 may not fit. */
const comfortableMemoryBytes = 3e9
/** A workspace with CIFAR-10 and a few dozen runs. */
const comfortableDiskBytes = 2e9

interface Health {
  /** Things that keep Skiplab from working. */
  readonly problems: readonly string[]
  /** Things that would make it faster. */
  readonly advice: readonly string[]
}

export function registerDoctor(program: Command): void {
  const quick = (command: Command) => command.option('--no-speed-test', 'leave out the five seconds of training')
  defineCommand<{ readonly speedTest: boolean }>(program, 'doctor', 'this machine: versions, device, instruction sets, memory, disk, speed', quick, async ({ output, workspace }, options) => {
    const machine = await describeMachine(workspace)
    if (options.speedTest) output.note('Training ResNet-20 for five seconds.')
    const [speed, failure] = options.speedTest ? await trySpeed() : [null, null]
    const health = examine(machine, speed, failure)
    output.value({ ...machine, workspace, speedTest: speed, ...health })
    if (!output.json) output.text(reportText(machine, workspace, speed, health))
    if (health.problems.length > 0) throw new CommandEnd(exitCodes.badOutcome)
  })
}

async function trySpeed(): Promise<[SpeedTest | null, string | null]> {
  try {
    return [await measureSpeed(), null]
  } catch (error) {
    return [null, error instanceof Error ? error.message : String(error)]
  }
}

/** What is wrong, and what would make it faster. */
export function examine(machine: MachineReport, speed: SpeedTest | null, failure: string | null): Health {
  const { instructionSets: sets, usableCores, memory, disk, device, versions } = machine
  const problems = [
    ...(failure === null ? [] : [`TensorFlow does not train here: ${failure}. Set it up again with: npm run setup`]),
    ...(versions.sqlite === null ? ['SQLite (better-sqlite3) does not load. Set it up again with: npm run setup'] : []),
    ...(speed && device.kind === 'cuda' && !speed.gpu ? [`The GPU ${device.name} is there, but TensorFlow computes on the CPU: the driver may be too old for this TensorFlow. SKIPLAB_DEVICES=cpu uses the CPU on purpose.`] : []),
    ...(disk.freeBytes < comfortableDiskBytes / 10 ? [`Only ${formatBytes(disk.freeBytes)} are free on the workspace’s disk.`] : []),
  ]
  const advice = [
    ...(machine.loadAverage > usableCores * 0.3 ? [`Other programs are at work (load ${machine.loadAverage.toFixed(1)} on ${usableCores} cores): close them, or expect slower runs and rough forecasts.`] : []),
    ...(usableCores < machine.cores ? [`Only ${usableCores} of ${machine.cores} cores may be used here: raise the container’s or the process’s limit.`] : []),
    ...(memory.usableBytes < comfortableMemoryBytes ? [`${formatBytes(memory.usableBytes)} of memory are tight for deep nets: use a smaller batch, such as --set batchSize=64.`] : []),
    ...(disk.freeBytes < comfortableDiskBytes ? [`${formatBytes(disk.freeBytes)} of free disk are little for checkpoints: put the workspace elsewhere with --workspace.`] : []),
    ...(device.kind === 'cuda' ? [] : ['A GPU with CUDA would be many times faster; on Linux it is found and used by itself.']),
    ...(device.kind === 'cuda' || device.precision === 'bf16' ? [] : ['A CPU with bfloat16 arithmetic (avx512_bf16 or amx_bf16) trains at half the memory and well above this speed.']),
    ...(sets.includes('avx2') || sets.includes('asimd') || machine.system.startsWith('darwin') ? [] : ['This CPU has no AVX2; any from the last ten years is several times faster.']),
  ]
  return { problems, advice }
}

function reportText(machine: MachineReport, workspace: string, speed: SpeedTest | null, health: Health): string {
  const { versions, device } = machine
  const facts: [string, string][] = [
    ['skiplab', versions.skiplab],
    ['node', versions.node],
    ['tfjs-node', versions.tfjs ?? 'missing'],
    ['libtensorflow', speed?.libtensorflow ?? 'not asked'],
    ['sqlite', versions.sqlite ?? 'missing'],
    ['system', machine.system],
    ['cpu', `${machine.cpu}, ${machine.usableCores} of ${machine.cores} cores, load ${machine.loadAverage.toFixed(2)}`],
    ['instruction sets', machine.instructionSets.join(' ') || 'none that matter'],
    ['gpus', machine.gpus.join(', ') || 'none with CUDA'],
    ['memory', `${formatBytes(machine.memory.usableBytes)}, ${formatBytes(machine.memory.freeBytes)} free`],
    ['disk', `${formatBytes(machine.disk.freeBytes)} free for ${workspace}`],
    ['device in use', `${speed ? (speed.gpu ? 'GPU' : 'CPU') : device.kind === 'cuda' ? 'GPU' : 'CPU'} ${device.name}, ${device.threads} ${device.threads === 1 ? 'thread' : 'threads'}, ${device.precision}`],
    ...(speed ? [['speed', `${Math.round(speed.imagesPerSecond)} images/s training ResNet-20 (batch 128, ${speed.precision}), started in ${formatDuration(speed.startMs)}, ${formatBytes(speed.peakMemoryBytes)}`] satisfies [string, string]] : []),
  ]
  const parts = [table([{ title: '' }, { title: '' }], facts).split('\n').slice(1).join('\n')]
  if (health.problems.length > 0) parts.push(`Problems:\n${health.problems.map((line) => `  ${line}`).join('\n')}`)
  if (health.advice.length > 0) parts.push(`What would make it faster:\n${health.advice.map((line) => `  ${line}`).join('\n')}`)
  return parts.join('\n\n')
}
