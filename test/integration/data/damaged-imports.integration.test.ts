import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SkiplabError } from '../../../src/common/failure.ts'
import { Random } from '../../../src/common/training/random.ts'
import { addDataset } from '../../../src/main/data/add-dataset.ts'
import { cifar10Provider } from '../../../src/main/data/providers/cifar10/cifar10.ts'
import { verifyDataset } from '../../../src/main/data/stored/dataset-folder.ts'
import { imageTree, tarGzOf, tarOf, tinySize, xzOf, type Files } from '../../support/cifar-fixtures.ts'
import { addImages, photos, treePaths, zipOf } from '../../support/image-tree.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const trials = 20
const providers = [cifar10Provider(tinySize)]

/** Cuts, flips a bit, zeroes a stretch, or doubles one. */
function damage(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length)
  const end = Math.min(bytes.length, at + 1 + random.below(600))
  switch (random.below(4)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return Buffer.concat([bytes.subarray(0, at), Buffer.of(bytes[at]! ^ (1 << random.below(8))), bytes.subarray(at + 1)])
    case 2:
      return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(end - at), bytes.subarray(end)])
    default:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
  }
}

describe.each<[string, (files: Files) => Promise<Buffer>]>([
  ['tar', tarOf],
  ['tar.gz', tarGzOf],
  ['tar.xz', async (files) => xzOf(await tarOf(files))],
])('a damaged %s', (packing, pack) => {
  it(`a damaged import is refused with nothing left, or gives the data set of the whole one (${trials} trials)`, async () => {
    const root = await temporaryFolder()
    const whole = await pack(await imageTree())
    const archive = join(root, `in.${packing}`)
    await writeFile(archive, whole)
    const { checksum } = await addDataset('cifar10', archive, join(root, 'whole'), { providers })
    let refused = 0
    for (let trial = 0; trial < trials; trial++) {
      await writeFile(archive, damage(whole, new Random(trial, whole.length)))
      const datasets = join(root, `trial-${trial}`)
      const outcome = await addDataset('cifar10', archive, datasets, { providers }).catch((error: unknown) => error)
      if (outcome instanceof SkiplabError) {
        refused++
        expect(outcome.message, `trial ${trial}`).toContain(archive)
        expect(await readdir(datasets), `trial ${trial}`).toEqual([])
      } else {
        expect(outcome, `trial ${trial}`).toMatchObject({ checksum })
      }
    }
    expect(refused).toBeGreaterThan(trials / 2)
  })
})

describe.each<[string, (files: Files) => Promise<Buffer>]>([
  ['tar of PNGs', tarOf],
  ['zip of PNGs', (files) => Promise.resolve(zipOf(files))],
])('a damaged %s of one’s own', (packing, pack) => {
  it(`is refused by name with nothing left, or gives images of the whole one (${trials} seeded trials)`, async () => {
    const root = await temporaryFolder()
    const whole = await pack(await photos(treePaths(['cat', 'dog'], { train: 6, val: 2 }), 40, 40))
    const archive = join(root, `in.${packing}`)
    await writeFile(archive, whole)
    const { checksum } = await addImages(archive, join(root, 'whole'), { size: 16 })
    let refused = 0
    for (let trial = 0; trial < trials; trial++) {
      await writeFile(archive, damage(whole, new Random(trial, whole.length)))
      const there = join(root, `trial-${trial}`)
      const outcome = await addImages(archive, there, { size: 16 }).catch((error: unknown) => error)
      if (!(outcome instanceof SkiplabError)) {
        // A changed name may give other classes or fewer images, but never other pixels.
        expect(outcome, `trial ${trial}`).toHaveProperty('checksum')
        if (packing === 'zip of PNGs') expect(outcome, `trial ${trial}`).toMatchObject({ checksum })
        continue
      }
      refused++
      expect(outcome.message, `trial ${trial}`).toContain(archive)
      expect(await readdir(join(there, 'datasets')).catch(() => []), `trial ${trial}`).toEqual([])
    }
    expect(refused).toBeGreaterThan(trials / 3)
  })
})

describe('a damaged data set', () => {
  it(`a damaged data set is found by verify every time (${trials} seeded trials)`, async () => {
    const root = await temporaryFolder()
    await writeFile(join(root, 'in.tar'), await tarOf(await imageTree()))
    await addDataset('cifar10', join(root, 'in.tar'), root, { providers })
    const names = ['train-images.u8', 'train-labels.u8', 'test-images.u8', 'test-labels.u8']
    for (let trial = 0; trial < trials; trial++) {
      const random = new Random(trial)
      const folder = join(root, `trial-${trial}`)
      await mkdir(folder)
      for (const file of [...names, 'manifest.json']) await writeFile(join(folder, file), await readFile(join(root, 'cifar10', file)))
      const file = names[random.below(4)]!
      const before = await readFile(join(folder, file))
      const after = damage(before, random)
      await writeFile(join(folder, file), after)
      const problems = await verifyDataset(folder)
      if (before.equals(after)) expect(problems).toEqual([])
      else expect(problems.join(), `trial ${trial}`).toContain(file)
    }
  })
})
