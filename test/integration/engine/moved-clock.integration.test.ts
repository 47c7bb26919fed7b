import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { Lab } from '../../support/lab.ts'
import { ReferenceSweep } from '../../support/reference-sweep.ts'
import { seededRandom } from '../../support/seeded-random.ts'

// Real training while somebody sets the clock, at moments that a fixed seed draws. TRIALS sets how many (`npm run trials`).
const trials = Number(process.env.TRIALS ?? 20)
const hourMs = 3_600_000
/** Where the clock stands, one after the other in each sweep: never right, so that it is seen to have moved. */
const offsets = [hourMs, -hourMs, 24 * hourMs, -24 * hourMs]

it(
  `a clock that is moved by an hour or a day at ${trials} random moments ends no worker, costs no attempt and spoils no duration`,
  { timeout: 60_000 + trials * 60_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'skiplab-clock-'))
    const clock = join(folder, 'offset')
    writeFileSync(clock, '0')
    const lab = await Lab.open({ env: { SKIPLAB_TEST_CLOCK: clock }, preload: resolve('test/fixtures/moved-clock.mjs') })
    try {
      const reference = await ReferenceSweep.train(lab)
      const random = seededRandom(13)
      let moved = false
      for (let trial = 0; trial < trials; trial += offsets.length) {
        const queuedAt = performance.now()
        let ids: readonly number[] = []
        await reference.expectSameAfter(async (runIds) => {
          ids = runIds
          for (const offsetMs of offsets) {
            await reference.moment(random, offsets.length)
            writeFileSync(clock, String(offsetMs))
          }
        })
        const tookMs = performance.now() - queuedAt
        const runs = (await lab.runs()).filter((run) => ids.includes(run.id))
        expect(runs.map((run) => run.attempt)).toEqual(runs.map(() => 1))
        for (const { trainedMs } of runs) {
          expect(trainedMs).toBeGreaterThan(0)
          expect(trainedMs).toBeLessThan(tookMs)
        }
        // A sweep that was quicker than its reference may have been over before the clock moved.
        moved ||= runs.some(({ finishedAt }) => Math.abs(finishedAt! - Date.now()) > tookMs)
      }
      expect(moved, 'the engine saw a moved clock').toBe(true)
    } finally {
      await lab.close()
      await rm(folder, { recursive: true })
    }
  },
)
