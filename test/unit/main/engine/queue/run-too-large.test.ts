import { expect, it } from 'vitest'
import { expandSweep } from '../../../../../src/common/sweep/expand.ts'
import { sweepSchema } from '../../../../../src/common/sweep/sweep.ts'
import { runTooLarge } from '../../../../../src/main/engine/queue/run-too-large.ts'

const dataset = {
  name: 'small',
  checksum: 'c',
  classes: ['a', 'b'],
  image: { size: 'fixed' as const, height: 32, width: 32, channels: 3 },
  splits: { train: { count: 1000 }, test: { count: 100 } },
}
const set = { batchSize: 128, validationSize: 0 }
const sweep = sweepSchema.parse({ name: 's', dataset: 'small', recipe: 'demo', families: ['residual'], depths: [8, 56, 110], set })
const runs = expandSweep(sweep, dataset).map((settings, index) => ({ name: `run ${index}`, settings, memoryBytes: (index + 1) * 1e9 }))
const found = (freeBytes: number) => runTooLarge(runs, dataset, 'fp32', { freeBytes, usableBytes: 16e9 })

it('The largest run that needs more memory than is free is named, with what would fit into that', () => {
  expect(found(0.7e9)).toMatchObject({ run: 'run 2', memoryBytes: 3e9, freeBytes: 0.7e9 })
  expect(found(0.7e9)!.fitting.map(({ settings }) => settings)).toEqual([{ recompute: 'blocks' }, { microBatchSize: 32 }])
  expect(found(0.1e9)!.fitting).toEqual([])
})

it('Runs that all fit into the free memory are none too large', () => {
  expect(found(3e9)).toBeNull()
})
