import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { diagnose, examine } from '../../../../../src/main/engine/machine/doctor.ts'
import { probeMachine } from '../../../../../src/main/engine/machine/devices.ts'
import { failureIn } from '../../../../../src/main/engine/machine/machine-report.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'
import type { MachineReport, SpeedTest } from '../../../../../src/common/rpc/doctor.ts'

const machine: MachineReport = {
  versions: { skiplab: '0.1.0', node: '24.0.0', tfjs: '4.22.0', sqlite: '3.54.1' },
  system: 'linux x64 6.1',
  cpu: 'CPU',
  cores: 8,
  usableCores: 8,
  instructionSets: ['avx2', 'fma', 'avx512f', 'avx512_bf16'],
  loadAverage: 0.1,
  memory: { usableBytes: 16e9, freeBytes: 12e9 },
  disk: { freeBytes: 100e9 },
  gpus: [],
  device: { kind: 'cpu', name: 'CPU', threads: 8, precision: 'bf16' },
}
const speed: SpeedTest = {
  gpu: false,
  precision: 'bf16',
  imagesPerSecond: 1200,
  steps: 40,
  startMs: 900,
  peakMemoryBytes: 6e8,
  libtensorflow: '2.21.0',
  kernels: 'avx512',
}

describe('the doctor', () => {
  it('the doctor finds nothing wrong with a machine that is fine', () => {
    expect(examine(machine, speed, null).problems).toEqual([])
  })

  it.each([
    ['TensorFlow that does not train', machine, null, 'no such file', /TensorFlow does not train here: no such file/],
    [
      'a GPU on which TensorFlow fails',
      { ...machine, device: { ...machine.device, kind: 'cuda' as const } },
      null,
      'out of memory',
      /does not train here: out of memory\. SKIPLAB_DEVICES=cpu/,
    ],
    ['a missing SQLite', { ...machine, versions: { ...machine.versions, sqlite: null } }, speed, null, /SQLite/],
    [
      'a GPU that is not used',
      { ...machine, device: { ...machine.device, kind: 'cuda' as const, name: 'H200' } },
      speed,
      null,
      /H200 is there, but TensorFlow computes on the CPU/,
    ],
    ['a full disk', { ...machine, disk: { freeBytes: 1e8 } }, speed, null, /100 MB are free/],
  ])('the doctor names %s', (_what, report, test, failure, words) => {
    expect(examine(report, test, failure).problems.join('\n')).toMatch(words)
  })

  it.each([
    ['other programs', { ...machine, loadAverage: 6 }, /load 6\.0 on 8 cores/],
    ['a limit on cores', { ...machine, usableCores: 2 }, /2 of 8 cores/],
    ['little memory', { ...machine, memory: { usableBytes: 2e9, freeBytes: 1e9 } }, /batchSize=64/],
    [
      'a CPU without bfloat16',
      { ...machine, instructionSets: ['avx2'], device: { ...machine.device, precision: 'fp32' as const } },
      /bfloat16/,
    ],
  ])('the doctor says that %s cost speed', (_what, report, words) => {
    expect(examine(report, speed, null).advice.join('\n')).toMatch(words)
  })
})

describe('what the doctor quotes of a worker that failed', () => {
  it('what the doctor quotes of a worker that failed is its last error', () => {
    expect(failureIn('warning\nError: first\n    at run (worker.cjs:1)\nTypeError: second\n    at run (worker.cjs:1)\n')).toBe(
      'TypeError: second',
    )
    expect(failureIn('greetings\n')).toBeUndefined()
  })

  it('what the doctor quotes of a worker that failed is TensorFlow’s first reason where it counts several', () => {
    const words =
      'Error: Session fails to run with error: 2 root error(s) found.\n  (0) UNIMPLEMENTED: A deterministic GPU ' +
      'implementation is not available.\n\t [[{{node step/loss}}]]\n  (1) UNIMPLEMENTED: the same\n0 successful ' +
      'operations.\n0 derived errors ignored.\n    at run (worker.cjs:1)\n'
    expect(failureIn(words)).toBe('UNIMPLEMENTED: A deterministic GPU implementation is not available.')
  })
})

describe('a workspace that cannot be used', () => {
  it('a workspace that cannot be used is named by the doctor: a file where the folder should be', async () => {
    const file = join(await temporaryFolder(), 'lab')
    writeFileSync(file, '')
    for (const workspace of [file, join(file, 'deeper')]) {
      const { problems } = await diagnose({ machine: probeMachine(), workspace, version: '0.1.0', worker: null })
      expect(problems).toEqual([expect.stringMatching(`The workspace ${workspace} cannot be used: ${file} is no folder`)])
    }
  })

  it('a workspace that cannot be used may be one that does not exist yet', async () => {
    const { problems } = await diagnose({
      machine: probeMachine(),
      workspace: join(await temporaryFolder(), 'new', 'lab'),
      version: '0.1.0',
      worker: null,
    })
    expect(problems).toEqual([])
  })
})
