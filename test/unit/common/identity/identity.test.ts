import { expect, it } from 'vitest'
import { identityFindings } from '../../../../src/common/identity/identity-findings.ts'
import { learnMapping, mappings } from '../../../../src/common/identity/learn-mapping.ts'
import { addGradient, convolve, l1Loss, padded } from '../../../../src/common/identity/one-convolution.ts'
import { Random } from '../../../../src/common/training/random.ts'

const random = new Random(4)
const nine = () => Float64Array.from({ length: 9 }, () => random.normal())

it('one convolution meets the input as PyTorch’s conv2d with padding 1 does', () => {
  const output = new Float64Array(9)
  const count = [1, 2, 3, 4, 5, 6, 7, 8, 9]
  convolve(Float64Array.from(count), padded(count), output)
  // torch.nn.functional.conv2d(x.view(1, 1, 3, 3), x.view(1, 1, 3, 3), padding=1) with x = torch.arange(1., 10.)
  expect([...output]).toEqual([94, 154, 106, 186, 285, 186, 106, 154, 94])
})

it('the gradient of the L1 loss is that of central differences, ReLU included', () => {
  for (let trial = 0; trial < 20; trial++) {
    const [weights, input, target] = [nine(), padded(nine()), nine()]
    const output = new Float64Array(9)
    const gradient = new Float64Array(9)
    convolve(weights, input, output)
    addGradient(gradient, input, output, target)
    const lossWith = (index: number, by: number): number => {
      const moved = weights.slice()
      moved[index]! += by
      convolve(moved, input, output)
      return l1Loss(output, target)
    }
    gradient.forEach((value, index) => expect((lossWith(index, 1e-7) - lossWith(index, -1e-7)) / 2e-7).toBeCloseTo(value, 5))
  }
})

it('zeros are learned before the input in every one of six seeds, and the kernels end as zeros and as the identity', () => {
  const learned = [1, 2, 3, 4, 5, 6].flatMap((seed) => mappings.map((mapping) => learnMapping(mapping, seed)))
  const findings = identityFindings(learned)
  expect(findings).toMatchObject({ seeds: 6, zeroFirst: 6, zero: { never: 0 } })
  expect(findings.zero.highEpochs!).toBeLessThan(findings.identity.lowEpochs!)
  for (const { mapping, snapshots } of learned) {
    const { weights, loss } = snapshots.at(-1)!
    if (loss < 0.01) weights.forEach((weight, index) => expect(weight).toBeCloseTo(mapping === 'identity' && index === 4 ? 1 : 0, 1))
  }
  expect(learnMapping('zero', 1)).toEqual(learned[0])
})

it('a seed that never learns counts as the slowest in medians', () => {
  const at = (mapping: 'zero' | 'identity', seed: number, epochs: number | null) => ({
    mapping,
    seed,
    epochs,
    snapshots: [],
    shownInput: [],
  })
  const some = [at('zero', 1, 2), at('zero', 2, 3), at('zero', 3, 4), at('identity', 1, 1), at('identity', 2, null), at('identity', 3, 9)]
  const { zeroFirst, zero, identity, sentences } = identityFindings(some)
  expect(zeroFirst).toBe(2)
  expect(zero.medianEpochs).toBe(3)
  expect(identity).toMatchObject({ medianEpochs: 9, highEpochs: null, never: 1 })
  expect(sentences.join(' ')).toContain('identity in 1 of 3 seeds')
  expect(sentences.join(' ')).toContain('chosen knowing these times')
})
