import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { NetworkDesignInput } from '../../../src/common/network/design.ts'
import { segmentsOf } from '../../../src/common/network/recomputation.ts'
import { drawSurvivals, survivalProbabilities } from '../../../src/common/training/stochastic-depth.ts'
import type { ProgramOptions } from '../../../src/main/worker/backend/tensorflow/program/program-graph.ts'
import { smallProgram, unaugmented } from '../../fixtures/small-program.ts'

const batch = { images: Int32Array.of(7, 1, 5, 3, 11, 0), augmentation: unaugmented }
const cifar: { n: number; widths: [number, number, number] } = { n: 2, widths: [16, 32, 64] }
const bottlenecks: Partial<NetworkDesignInput> = {
  architecture: 'imagenet',
  blockKind: 'bottleneck',
  blocks: [1, 1, 1, 1],
  inputShape: [32, 32, 3],
  widths: [16, 16, 32, 32],
  shortcut: 'B',
}

const nets: [string, Partial<NetworkDesignInput>, Partial<ProgramOptions>][] = [
  ['A residual net with option A', cifar, {}],
  ['A residual net with option C in bf16', { ...cifar, shortcut: 'C' }, { precision: 'bf16' }],
  ['A residual net by TensorFlow’s own operations', { ...cifar, shortcut: 'B' }, { ownKernels: 'none' }],
  ['A plain net without BN', { ...cifar, family: 'plain', normalization: 'none' }, {}],
  ['A net with pre-activation and stochastic depth', { ...cifar, activationOrder: 'pre', survival: 0.5 }, {}],
  ['A net of bottlenecks with max pooling', bottlenecks, {}],
]

it.each(nets)('%s trains to the bit alike whether blocks are recomputed or kept', (_, design, options) => {
  const [kept, recomputed] = (['none', 'blocks'] as const).map((recompute) => {
    const { program, network, recipe } = smallProgram(design, { recompute }, 6, 12, options)
    const survivals = drawSurvivals(survivalProbabilities(network), 3, 0)
    const reports = [0.1, 0.05].map((learningRate) => program.step(batch, learningRate, survivals))
    const state = program.state()
    program.dispose()
    return { state, reports, recipe, network }
  })
  expect(segmentsOf(kept!.network).length, 'something is recomputed').toBeGreaterThan(1)
  expect(recomputed!.reports).toEqual(kept!.reports)
  for (const [name, values] of kept!.state) expect(recomputed!.state.get(name), name).toEqual(values)
})

/** This process's memory in bytes: what is resident now (VmRSS), or the most that was (VmHWM). */
function residentBytes(field: 'VmRSS' | 'VmHWM'): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024
}

it.runIf(process.platform === 'linux')('Recomputation of blocks takes less than two thirds of the memory of a step of ResNet-56', () => {
  const peakOf = (recompute: 'none' | 'blocks', batchSize: number) => {
    const images = Int32Array.from({ length: batchSize }, (_, index) => index)
    const { program } = smallProgram({ n: 9, widths: [16, 32, 64], inputShape: [32, 32, 3] }, { recompute }, batchSize, batchSize)
    writeFileSync('/proc/self/clear_refs', '5') // sets the peak to what is resident now
    program.step({ images, augmentation: unaugmented }, 0.1)
    program.dispose()
    return residentBytes('VmHWM')
  }
  peakOf('blocks', 1) // reads in the library's code
  const before = residentBytes('VmRSS')
  const recomputed = peakOf('blocks', 48) - before
  expect(recomputed).toBeLessThan((2 / 3) * (peakOf('none', 48) - before))
})
