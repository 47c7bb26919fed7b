import { describe, expect, it } from 'vitest'
import type { NetworkDesignInput } from '../../../../../src/common/network/design.ts'
import { buildNetwork } from '../../../../../src/common/network/network.ts'
import { initialState } from '../../../../../src/main/worker/backend/initial-state.ts'

// 3x3, from 16 to 32 channels: the two fans differ.
const layer = 'stage2.block1.convolution1'
const fanIn = 9 * 16
const fanOut = 9 * 32

function drawn(design: Partial<NetworkDesignInput> = {}, parameter = `${layer}/weights`): Float32Array {
  return initialState(buildNetwork({ family: 'plain', n: 1, ...design }), 4).get(parameter)!
}

function std(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

describe('convolutions’ first weights', () => {
  it.each([
    ['he-fan-out', Math.sqrt(2 / fanOut)],
    ['he-fan-in', Math.sqrt(2 / fanIn)],
    ['glorot', Math.sqrt(2 / (fanIn + fanOut))],
  ] as const)('with %s have a standard deviation of %d', (initialization, expected) => {
    expect(std(drawn({ initialization })) / expected).toBeCloseTo(1, 1)
  })

  it('with Glorot lie within the bound of a uniform distribution, and fill it', () => {
    const bound = Math.sqrt(6 / (fanIn + fanOut))
    const largest = Math.max(...drawn({ initialization: 'glorot' }).map(Math.abs))
    expect(largest).toBeLessThanOrEqual(bound)
    expect(largest).toBeGreaterThan(0.99 * bound)
  })

  it('are by fan-out unless the design says otherwise', () => {
    expect(drawn({ initialization: 'he-fan-out' })).toEqual(drawn())
    expect(drawn({ initialization: 'he-fan-in' })).not.toEqual(drawn())
  })
})

it('a gate’s bias starts at -3 unless the design says otherwise, and a convolution’s without BN at 0', () => {
  const gate = 'stage1.block1.gate/bias'
  expect(new Set(drawn({ family: 'highway' }, gate))).toEqual(new Set([-3]))
  expect(new Set(drawn({ family: 'highway', gateBias: -1 }, gate))).toEqual(new Set([-1]))
  expect(new Set(drawn({ normalization: 'none' }, `${layer}/bias`))).toEqual(new Set([0]))
})
