import { createHash } from 'node:crypto'
import { mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkCheckpoints } from '../../../../../src/main/engine/runs/verified-checkpoints.ts'
import { seededRandom } from '../../../../support/seeded-random.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7) & 255))
const record = (step: number) => ({
  file: `step-${step}.safetensors`,
  step,
  epoch: 1,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.length,
  error: null,
})

it.each(['flipped', 'cut', 'zeroed', 'gone'] as const)(
  'a checkpoint that is %s is found every time, and those beside it stay',
  async (damage) => {
    const random = seededRandom(11)
    for (let trial = 0; trial < 50; trial++) {
      const folder = await temporaryFolder()
      for (const step of [1, 2]) await writeFile(join(folder, record(step).file), bytes)
      const path = join(folder, record(2).file)
      const at = Math.floor(random() * bytes.length)
      if (damage === 'flipped')
        await writeFile(
          path,
          bytes.map((byte, index) => (index === at ? byte ^ (1 << Math.floor(random() * 8)) : byte)),
        )
      else if (damage === 'cut') await truncate(path, at)
      else if (damage === 'zeroed')
        await writeFile(
          path,
          bytes.map((byte, index) => (index >= at ? 0 : byte + Number(index === 0))),
        )
      else await rm(path)
      const { valid, rejected, superseded } = await checkCheckpoints(folder, [record(2), record(1)])
      expect(valid).toEqual([record(1).file])
      expect(rejected.map(({ file }) => file)).toEqual([record(2).file])
      expect(superseded).toEqual([])
      expect(await readdir(folder)).toEqual(damage === 'gone' ? [record(1).file] : [record(1).file, `${record(2).file}.damaged`])
    }
  },
)

it('a checkpoint that is gone while a newer one is whole was removed by a worker that could not say so, which is no damage', async () => {
  const folder = await temporaryFolder()
  for (const step of [2, 4]) await writeFile(join(folder, record(step).file), bytes)
  const checked = await checkCheckpoints(folder, [4, 3, 2, 1].map(record))
  expect(checked).toEqual({ valid: [record(4).file, record(2).file], rejected: [], superseded: [record(3).file, record(1).file] })
})

it('a checkpoint that cannot be read just now is neither whole nor damaged: nothing is decided', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, record(1).file), bytes)
  await mkdir(join(folder, record(2).file)) // opens, but cannot be read
  await expect(checkCheckpoints(folder, [record(2), record(1)])).rejects.toThrow('EISDIR')
  expect(await readdir(folder)).toEqual([record(1).file, record(2).file])
})
