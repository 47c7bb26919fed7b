import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import type { DoctorReport } from '../../common/rpc/doctor.ts'
import { probeMachine } from '../engine/machine/devices.ts'
import { diagnose } from '../engine/machine/doctor.ts'
import { defineCommand } from './command.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { formatBytes, formatDuration } from './format.ts'
import { table } from './table.ts'
import { programVersion } from './version.ts'

export function registerDoctor(program: Command): void {
  const quick = (command: Command) => command.option('--no-speed-test', 'leave out the five seconds of training')
  defineCommand<{ readonly speedTest: boolean }>(
    program,
    'doctor',
    'this machine: versions, device, instruction sets, memory, disk, speed',
    quick,
    async ({ output, workspace }, options) => {
      if (options.speedTest) output.note('Training ResNet-20 for five seconds.')
      const worker = options.speedTest ? join(dirname(process.argv[1] ?? ''), 'worker.cjs') : null
      const report = await diagnose({ machine: probeMachine(), workspace, version: programVersion(), worker })
      const { machine, speed: speedTest, problems, advice } = report
      output.value({ ...machine, workspace, speedTest, problems, advice })
      if (!output.json) output.text(reportText(report, workspace))
      if (problems.length > 0) throw new CommandEnd(exitCodes.badOutcome)
    },
  )
}

function reportText({ machine, speed, problems, advice }: DoctorReport, workspace: string): string {
  const { versions, device } = machine
  const facts: [string, string][] = [
    ['skiplab', versions.skiplab],
    ['node', versions.node],
    ['tfjs-node', versions.tfjs ?? 'missing'],
    ['libtensorflow', speed?.libtensorflow ?? 'not asked'],
    ['own operations', speed ? (speed.kernels ?? "none: TensorFlow's do it all") : 'not asked'],
    ['sqlite', versions.sqlite ?? 'missing'],
    ['system', machine.system],
    ['cpu', `${machine.cpu}, ${machine.usableCores} of ${machine.cores} cores, load ${machine.loadAverage.toFixed(2)}`],
    ['instruction sets', machine.instructionSets.join(' ') || 'none that matter'],
    ['gpus', machine.gpus.join(', ') || 'none with CUDA'],
    ['memory', `${formatBytes(machine.memory.usableBytes)}, ${formatBytes(machine.memory.freeBytes)} free`],
    ['disk', `${formatBytes(machine.disk.freeBytes)} free for ${workspace}`],
    [
      'device in use',
      `${speed ? (speed.gpu ? 'GPU' : 'CPU') : device.kind === 'cuda' ? 'GPU' : 'CPU'} ${device.name}, ${device.threads} ` +
        `${device.threads === 1 ? 'thread' : 'threads'}, ${device.precision}`,
    ],
    ...(speed
      ? [
          [
            'speed',
            `${Math.round(speed.imagesPerSecond)} images/s training ResNet-20 (batch 128, ${speed.precision}), started in ` +
              `${formatDuration(speed.startMs)}, ${formatBytes(speed.peakMemoryBytes)}`,
          ] satisfies [string, string],
        ]
      : []),
  ]
  const parts = [
    table([{ title: '' }, { title: '' }], facts)
      .split('\n')
      .slice(1)
      .join('\n'),
  ]
  if (problems.length > 0) parts.push(`Problems:\n${problems.map((line) => `  ${line}`).join('\n')}`)
  if (advice.length > 0) parts.push(`What would make it faster:\n${advice.map((line) => `  ${line}`).join('\n')}`)
  return parts.join('\n\n')
}
