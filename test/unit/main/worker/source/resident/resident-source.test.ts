import { describe, expect, it } from 'vitest'
import { drawAugmentation } from '../../../../../../src/common/training/augmentation.ts'
import { ResidentSource } from '../../../../../../src/main/worker/source/resident/resident-source.ts'

const recipe = { batchSize: 8, cropPadding: 4, flip: true, colourShift: 0.1, pcaShift: 0 }
const train = Uint32Array.from({ length: 40 }, (_, index) => 3 * index)
const sourceOf = (changes: Partial<ConstructorParameters<typeof ResidentSource>[0]> = {}) =>
  new ResidentSource({ train, channels: 3, recipe, seed: 7, ...changes })
const epochOf = (source: ResidentSource, epoch: number) => [0, 1, 2, 3, 4].flatMap((step) => [...source.batch(epoch, step).images])

describe('a source of resident images', () => {
  it('a source of resident images shows every training image once an epoch, in another order each time', () => {
    const source = sourceOf()
    for (const epoch of [1, 2]) expect(epochOf(source, epoch).sort((a, b) => a - b)).toEqual([...train])
    expect(epochOf(source, 1)).not.toEqual(epochOf(source, 2))
  })

  it('a source of resident images gives a batch that depends on epoch, step and seed alone, whatever was asked before', () => {
    const whole = sourceOf()
    for (const epoch of [1, 2, 3]) epochOf(whole, epoch)
    expect(sourceOf().batch(3, 2)).toEqual(whole.batch(3, 2))
    expect(sourceOf().batch(1, 0)).toEqual(whole.batch(1, 0))
    expect(sourceOf({ seed: 8 }).batch(3, 2).images).not.toEqual(whole.batch(3, 2).images)
  })

  it('a source of resident images draws the augmentation of the step of the run, so that no two epochs share draws', () => {
    const source = sourceOf()
    expect(source.batch(3, 2).augmentation).toEqual(drawAugmentation(recipe, 8, 3, 7, 12))
    expect(source.batch(1, 2).augmentation).not.toEqual(source.batch(2, 2).augmentation)
  })

  it('a source of resident images fills a batch that is larger than the training set by going through it again', () => {
    const { images } = sourceOf({ train: train.slice(0, 3) }).batch(1, 0)
    expect(new Set(images.slice(0, 3)).size).toBe(3)
    expect(images.slice(3, 6)).toEqual(images.slice(0, 3))
  })

  it('a source of resident images leaves the images over that fill no batch, others in every epoch', () => {
    const source = sourceOf({ train: train.slice(0, 19) })
    const seen = (epoch: number) => new Set([0, 1].flatMap((step) => [...source.batch(epoch, step).images]))
    expect(seen(1).size).toBe(16)
    expect([...seen(1)].sort()).not.toEqual([...seen(2)].sort())
  })
})
