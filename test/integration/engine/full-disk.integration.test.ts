import { spawnSync } from 'node:child_process'
import { closeSync, fstatSync, ftruncateSync, mkdtempSync, openSync, rmSync, rmdirSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { isDiskFull } from '../../../src/common/caught.ts'
import { Lab } from '../../support/lab.ts'
import { ReferenceSweep } from '../../support/reference-sweep.ts'
import { seededRandom } from '../../support/seeded-random.ts'

// Real training on a small disk of its own that somebody fills up at moments that a fixed seed draws. TRIALS sets how many (`npm run
// trials`).
const trials = Number(process.env.TRIALS ?? 20)
/** Disks side by side, which share the trials: most of a trial is waiting for room. */
const seeds = [11, 12, 13, 14]
const trialsEach = Math.ceil(trials / seeds.length)
/** The engine starts nothing with less than 64 MB free. */
const diskBytes = 160 * 1024 * 1024

/** A disk in memory, or why there is none. */
function mountDisk(): { folder: string } | { refused: string } {
  const folder = mkdtempSync(join(tmpdir(), 'skiplab-disk-'))
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', folder], { encoding: 'utf8' })
  if (status === 0) return { folder }
  rmdirSync(folder)
  return { refused: error?.message ?? stderr.trim() }
}

function unmountDisk(folder: string): void {
  spawnSync('umount', ['--lazy', folder])
  rmdirSync(folder)
}

/** Takes every free byte, then gives some back. */
function fill(folder: string, left: number): () => void {
  const path = join(folder, 'filler')
  const file = openSync(path, 'w')
  const block = Buffer.alloc(64 * 1024, 1)
  try {
    for (;;) writeSync(file, block)
  } catch (error) {
    if (!isDiskFull(error)) throw error
  }
  ftruncateSync(file, fstatSync(file).size - left)
  closeSync(file)
  return () => rmSync(path)
}

it.concurrent.for(seeds)(
  `a disk that is full at ${trialsEach} random moments (seed %i) costs no run and no number`,
  { timeout: 60_000 + trialsEach * 120_000 },
  async (seed, context) => {
    const disk = mountDisk()
    if ('refused' in disk) return context.skip(`no file system of a set size can be mounted here: ${disk.refused}`)
    const lab = await Lab.open({ below: disk.folder })
    try {
      const reference = await ReferenceSweep.sharedIn(lab)
      const random = seededRandom(seed)
      const diskFull = async (): Promise<boolean> => (await (await lab.client()).call('engine.status', {})).diskFull
      for (let trial = 0; trial < trialsEach; trial++) {
        await reference.expectSameAfter(async ([first]) => {
          // The first time in the midst of training, so that something is sure to want room.
          if (trial === 0)
            await lab.until('a first checkpoint', () => lab.query(`SELECT 1 FROM checkpoints WHERE run_id = ${first}`).length > 0)
          else await reference.moment(random)
          const empty = fill(disk.folder, trial === 0 ? 0 : Math.floor(random() * 20_000))
          await sleep(1_500 + random() * 3_000)
          expect(await diskFull()).toBe(true)
          empty()
        })
        // The engine looks once a second.
        await context.expect.poll(diskFull, { timeout: 15_000 }).toBe(false)
      }
      expect(lab.query("SELECT 1 FROM events WHERE kind = 'disk-full'")).not.toEqual([])
    } finally {
      await lab.close()
      unmountDisk(disk.folder)
    }
  },
)
