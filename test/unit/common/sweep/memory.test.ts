import { expect, it } from 'vitest'
import { designAt } from '../../../../src/common/network/design.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { estimateMemory, thriftierSettings } from '../../../../src/common/sweep/memory.ts'
import { tooLargeWords } from '../../../../src/common/sweep/too-large.ts'

const netAt = (architecture: string, depth: number, size: number) =>
  buildNetwork(
    designAt(architecture, {
      family: 'residual',
      depth,
      shortcut: architecture === 'cifar' ? 'A' : 'B',
      inputShape: [size, size, 3],
      classes: 10,
    }),
  )
const whole = { batchSize: 128, microBatchSize: null, recompute: 'none' } as const
const deep = netAt('cifar', 1202, 32)

it('Recomputation and micro-batches bring ResNet-1202 at batch 128 from beyond 10 GB to below 8', () => {
  const estimated = (changes: object) => estimateMemory(deep, { ...whole, ...changes }, 6e6, 'fp32') / 1e9
  expect(estimated({})).toBeGreaterThan(10)
  expect(estimated({ recompute: 'blocks' })).toBeLessThan(3)
  expect(estimated({ microBatchSize: 32 })).toBeLessThan(8)
  expect(estimated({ microBatchSize: 32, recompute: 'blocks' })).toBeLessThan(estimated({ recompute: 'blocks' }))
})

it('Settings that fit are recomputation and the largest micro-batches, each as good as it says', () => {
  const found = thriftierSettings(deep, whole, 6e6, 'fp32', 7e9)
  expect(found.map(({ settings }) => settings)).toEqual([{ recompute: 'blocks' }, { microBatchSize: 32 }])
  for (const { settings, memoryBytes } of found) {
    expect(memoryBytes).toBe(estimateMemory(deep, { ...whole, ...settings }, 6e6, 'fp32'))
    expect(memoryBytes).toBeLessThanOrEqual(7e9)
  }
})

it('Settings that fit are both together where neither alone is enough, and none where nothing helps', () => {
  const [both, ...others] = thriftierSettings(deep, whole, 6e6, 'fp32', 1.7e9)
  expect(both!.settings).toEqual({ recompute: 'blocks', microBatchSize: 64 })
  expect(others).toEqual([])
  expect(thriftierSettings(deep, whole, 6e6, 'fp32', 0.5e9)).toEqual([])
})

it('A run that is too large is told with what it needs, what is free and what would fit', () => {
  const large = { run: 'ResNet-1202', memoryBytes: 15.2e9, freeBytes: 8e9 }
  const write = (name: string, value: string) => `--set ${name}=${value}`
  const fitting = [
    { settings: { recompute: 'blocks' as const }, memoryBytes: 2.2e9 },
    { settings: { microBatchSize: 64 }, memoryBytes: 7.9e9 },
  ]
  expect(tooLargeWords({ ...large, fitting }, write)).toBe(
    'ResNet-1202 needs about 15.2 GB while it trains, and 8.0 GB are free here: the system would end it. ' +
      'It fits with --set recompute=blocks (2.2 GB), or with --set microBatchSize=64 (7.9 GB).',
  )
  expect(tooLargeWords({ ...large, fitting: [] }, write)).toMatch(/Nothing makes it small enough: leave it out\.$/)
})
