import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateShapes, shapeClasses } from '../../../../../../src/main/data/providers/shapes/shapes-10.ts'
import { trainSoftmaxRegression } from '../../../../../support/softmax-regression.ts'

type Split = Awaited<ReturnType<typeof generateShapes>>
let train: Split
let test: Split
beforeAll(async () => {
  train = await generateShapes('train')
  test = await generateShapes('test')
}, 60_000)

const sha256 = ({ images, labels }: Split) => createHash('sha256').update(images).update(labels).digest('hex')

describe('shapes-10', () => {
  it('shapes-10 is the same to the last bit on every machine', () => {
    expect(sha256(train)).toBe('a81f85fbbf22ef14ce7d7ea3e28175a4640e7e5c10af46e79f40a3699761498c')
    expect(sha256(test)).toBe('02828fa3d10fabf9c347bd31c13d245614a764d354a3d8f362a22b2ffe09be64')
  })

  it.each([
    ['train', 500],
    ['test', 100],
  ])('shapes-10 has equally many images of each of the ten classes in its %s split', (split, each) => {
    const { labels } = split === 'train' ? train : test
    const counts = new Array<number>(shapeClasses.length).fill(0)
    for (const label of labels) counts[label]!++
    expect(counts).toEqual(new Array(10).fill(each))
  })

  it('shapes-10 shows no image twice', () => {
    const digests = new Set<string>()
    for (const { images } of [train, test]) {
      for (let at = 0; at < images.length; at += 3072)
        digests.add(
          createHash('md5')
            .update(images.subarray(at, at + 3072))
            .digest('hex'),
        )
    }
    expect(digests.size).toBe(6000)
  })

  it('shapes-10 is beyond a linear classifier on pixels: more than half of the test images are wrong', () => {
    const error = trainSoftmaxRegression(train, test, { classes: 10, epochs: 6, learningRate: 0.01 })
    expect(error.test).toBeGreaterThan(0.5)
    // It has learned: chance is 0.9, and the training images it knows better.
    expect(error.test).toBeLessThan(0.8)
    expect(error.train).toBeLessThan(error.test)
  }, 60_000)

  it('shapes-10 stops when aborted', async () => {
    await expect(generateShapes('train', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })
})
