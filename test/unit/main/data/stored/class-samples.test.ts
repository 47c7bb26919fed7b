import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readClassSamples } from '../../../../../src/main/data/stored/class-samples.ts'
import { writeTinyDataset } from '../../../../fixtures/tiny-dataset.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

it('gives the first images of a class, in the order of the split, and reads no others', async () => {
  const folder = join(await temporaryFolder(), 'stripes')
  const manifest = writeTinyDataset(folder)
  const { images, labels } = manifest.splits.train
  const classes = readFileSync(join(folder, labels))
  const size = 8 * 8 * 3
  const wanted = [...classes.entries()].filter(([, label]) => label === 1).map(([index]) => index)
  const all = readFileSync(join(folder, images))
  const [first, second] = await readClassSamples(folder, manifest, 'train', 1, 2)
  expect([first?.index, second?.index]).toEqual(wanted.slice(0, 2))
  expect(second?.pixels.equals(all.subarray(wanted[1]! * size, (wanted[1]! + 1) * size))).toBe(true)
  expect(await readClassSamples(folder, manifest, 'train', 1, 10_000)).toHaveLength(wanted.length)
  // Only the bytes before the end of the second image are left: enough for two.
  writeFileSync(join(folder, images), all.subarray(0, (wanted[1]! + 1) * size))
  expect((await readClassSamples(folder, manifest, 'train', 1, 2))[1]?.pixels.equals(second!.pixels)).toBe(true)
})
