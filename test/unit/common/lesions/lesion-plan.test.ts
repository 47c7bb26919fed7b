import { expect, it } from 'vitest'
import { entryPositions, lesionBatch, type LesionOptions, lesionWork, planLesions } from '../../../../src/common/lesions/lesion-plan.ts'
import { drawPositions, lesionAt, lesionCounts } from '../../../../src/common/lesions/lesions.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'

const usual: LesionOptions = { mode: 'remove', blocks: [], scale: 0.5, several: 0, repeats: 3, seed: 1 }

it('lesions at several positions add up: swaps one after the other, factors side by side', () => {
  expect(lesionAt(4, 'swap', [1, 2], 1)).toEqual({ order: [1, 2, 0, 3], scales: [1, 1, 1, 1] })
  expect(lesionAt(4, 'remove', [2, 4], 0.5)).toEqual({ order: [0, 1, 2, 3], scales: [1, 0, 1, 0] })
  expect(lesionAt(3, 'halve', [1], 0.25).scales).toEqual([0.25, 1, 1])
})

it('drawn positions differ from each other, are repeated by the same keys and stay among the possible ones', () => {
  const possible = [1, 3, 4, 7, 9]
  const drawn = drawPositions(possible, 3, 'remove', [0, 3, 1])
  expect(new Set(drawn).size).toBe(3)
  expect(drawn.every((position) => possible.includes(position))).toBe(true)
  expect(drawPositions(possible, 3, 'remove', [0, 3, 1])).toEqual(drawn)
  expect(drawPositions(possible, 20, 'swap', [0])).toHaveLength(20)
})

it('numbers of lesions are spread from one to the most, at most as many as were asked for', () => {
  expect(lesionCounts(3, 10)).toEqual([1, 2, 3])
  expect(lesionCounts(54, 4)).toEqual([1, 19, 36, 54])
  expect(lesionCounts(0, 10)).toEqual([])
  expect(lesionCounts(1, 1)).toEqual([1])
})

it('a plan has one lesion a block that can be damaged, and no more at once than there are such blocks', () => {
  const plain = buildNetwork({ family: 'plain', n: 3 })
  const plan = planLesions(plain, { ...usual, several: 100 })
  expect(plan.sites).toHaveLength(9)
  expect(plan.single.map(({ position }) => position)).toEqual([1, 2, 3, 5, 6, 8, 9])
  expect(plan.several.map(({ lesions }) => lesions)).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(plan.several.every(({ draws }) => draws.length === 3)).toBe(true)
  const chosen = planLesions(plain, { ...usual, blocks: ['stage1.block2', 'stage2.block1'] })
  expect(chosen.sites.map(({ block, hindrance }) => [block, hindrance === null])).toEqual([
    ['stage1.block2', true],
    ['stage2.block1', false],
  ])
  expect(planLesions(buildNetwork({ family: 'residual', n: 2 }), { ...usual, mode: 'swap', several: 40 }).several.at(-1)!.lesions).toBe(40)
})

it('the work of all lesions of a residual net is little more than half a pass for each block', () => {
  const network = buildNetwork({ family: 'residual', n: 9 })
  const passes = lesionWork(network, usual) / network.multiplyAdds
  expect(passes).toBeGreaterThan(27 * 0.45)
  expect(passes).toBeLessThan(27 * 0.6)
  expect(lesionWork(network, { ...usual, blocks: ['stage3.block9'] }) / network.multiplyAdds).toBeLessThan(1.1)
})

it('a batch is as large as what is held of it fits into memory', () => {
  expect(lesionBatch(buildNetwork({ family: 'residual', n: 18 }))).toBe(100)
  const large = lesionBatch(
    buildNetwork({
      architecture: 'imagenet',
      blockKind: 'bottleneck',
      family: 'residual',
      blocks: [3, 4, 6, 3],
      shortcut: 'B',
      inputShape: [224, 224, 3],
      classes: 1000,
    }),
  )
  expect(large).toBeGreaterThan(4)
  expect(large).toBeLessThan(30)
})

it('passes begin at the first block and at no more than eleven others, evenly', () => {
  expect(entryPositions(3)).toEqual([0, 1, 2])
  expect(entryPositions(54)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50])
  expect(entryPositions(600)).toHaveLength(12)
  expect(entryPositions(0)).toEqual([])
})
