import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { RunSummary } from '../../../src/common/records/records.ts'
import { type Harm, type HarmedPlace, HarmedPlaces, harmedPlaces, placeWords, whyNoPlaces } from '../../support/harmed-places.ts'
import { staysAlive } from '../../support/lab.ts'
import { seededRandom } from '../../support/seeded-random.ts'

// Sweeps over this machine, SSH, Slurm and Slurm behind SSH, harmed at moments that fixed seeds draw. TRIALS sets how many trials
// (`npm run trials -- places`: 40), TRIALS_TABLE a file for what came of them.
const isLong = process.env.TRIALS !== undefined
const rounds = isLong ? Math.max(1, Math.min(10, Math.round(Number(process.env.TRIALS) / harmedPlaces.length))) : 2
const cutMs = isLong ? 60_000 : 5_000
const shortEpochs = isLong ? 40 : 6
/** Longer than a job of two minutes may train, which is told of its end after a minute and a half at the latest. */
const longMs = 150_000

/** What comes to a run at each place, round by round and then anew; `npm test` has the first two rounds. */
const plan: Readonly<Record<HarmedPlace, readonly Harm[]>> = {
  here: ['kill -9 of the worker', 'kill -9 of the engine'],
  lab2: [
    'kill -9 of sshd',
    'connection refused',
    'kill -9 of the worker',
    'connection silent',
    'kill -9 of the agent',
    'kill -9 of the launcher',
  ],
  cluster: [
    'kill -9 of slurmd',
    'scancel',
    'scontrol requeue',
    'warning of the time limit',
    'kill -9 of the worker',
    'kill -9 of the launcher',
  ],
  login: [
    'scontrol requeue',
    'warning of the time limit',
    'connection refused',
    'kill -9 of sshd',
    'scancel',
    'kill -9 of the agent',
    'connection silent',
    'kill -9 of slurmd',
  ],
}
const harmOf = (place: HarmedPlace, round: number): Harm => plan[place][round % plan[place].length]!

interface Trial {
  readonly trial: number
  readonly seed: number
  readonly place: string
  readonly harm: string
  readonly moment: string
  readonly result: string
  readonly attempts: number
}

let places: HarmedPlaces
/** Numbers of an undisturbed run on this machine. */
let undisturbed: unknown
const trials: Trial[] = []

beforeAll(async () => {
  if (whyNoPlaces !== null) return
  places = await HarmedPlaces.start(cutMs)
  const runId = await queue('here')
  await places.lab.untilOver()
  undisturbed = places.lab.numbers(runId)
  expect(await places.add()).toEqual(['ready', 'ready', 'ready'])
}, 180_000)
afterAll(async () => {
  if (isLong) console.table(trials)
  if (process.env.TRIALS_TABLE) writeFileSync(process.env.TRIALS_TABLE, JSON.stringify(trials))
  await places?.close()
}, 60_000)
beforeEach((context) => {
  if (whyNoPlaces !== null) context.skip(whyNoPlaces)
})

async function queue(place: string, epochs = shortEpochs): Promise<number> {
  const client = await places.lab.client()
  const sweep = places.lab.sweep({ families: ['residual'] })
  const longer = { ...sweep, set: { ...sweep.set, epochs } }
  return (await client.call('sweeps.queue', { sweep: longer, again: true, place })).runIds[0]!
}

/** Harms a run at a moment that the trial's seed draws. @returns the moment, and whether there was anything to strike */
async function harm(place: HarmedPlace, round: number, runId: number): Promise<Pick<Trial, 'seed' | 'moment'> & { struck: boolean }> {
  const seed = 100 + trialNumber(place, round)
  const random = seededRandom(seed)
  const epoch = Math.floor(random() * shortEpochs * 0.4)
  const laterMs = random() * 500
  await places.untilBegun(place, runId)
  await places.lab.until(`epoch ${epoch} of run ${runId}`, (runs) => (runs.find(({ id }) => id === runId)?.lastEpoch?.epoch ?? 0) >= epoch)
  await sleep(laterMs)
  const struck = await places.strike(harmOf(place, round), place, runId)
  return { seed, struck, moment: `${Math.round(laterMs)} ms after ${epoch === 0 ? 'its job began' : `epoch ${epoch}`}` }
}

const trialNumber = (place: HarmedPlace, round: number): number => round * harmedPlaces.length + harmedPlaces.indexOf(place) + 1

function harmWords(name: Harm): string {
  return name.startsWith('connection') ? `${name} for ${cutMs / 1000} s` : name
}

/** What a run came to; "same numbers" when nothing is to be found against it. */
function resultOf(run: RunSummary | undefined, place: HarmedPlace): string {
  if (run?.state !== 'finished' || run.reason !== null) return `${run?.state ?? 'gone'}: ${run?.reason ?? 'no reason'}`
  if ((run.trainedAt ?? 'here') !== place) return `trained at ${run.trainedAt}`
  const same = JSON.stringify(places.lab.numbers(run.id)) === JSON.stringify(undisturbed)
  return same ? 'same numbers' : 'other numbers'
}

/** Each attempt had a job of its own, and none began twice, as far as Slurm remembers: five minutes. */
function expectOneJobEach(): void {
  const jobs = places.cluster.jobs().map(({ name }) => name)
  expect.soft(jobs).toHaveLength(new Set(jobs).size)
}

it(
  `after each of ${rounds * harmedPlaces.length} harms over four places a sweep has the undisturbed numbers, each job once and no orphan`,
  { timeout: 60_000 + rounds * (240_000 + cutMs) },
  async () => {
    for (let round = 0; round < rounds; round++) {
      const runIds: Partial<Record<HarmedPlace, number>> = {}
      for (const place of harmedPlaces) runIds[place] = await queue(place)
      const harmed = await Promise.all(harmedPlaces.map((place) => harm(place, round, runIds[place]!)))
      const runs = await places.lab.untilOver(240_000)
      for (const [index, place] of harmedPlaces.entries()) {
        const run = runs.find(({ id }) => id === runIds[place])
        const { struck, ...when } = harmed[index]!
        const result = `${resultOf(run, place)}${struck ? '' : ' (over before it struck)'}`
        const row = { place: placeWords[place], harm: harmWords(harmOf(place, round)), ...when, result, attempts: run?.attempt ?? 0 }
        trials.push({ trial: trialNumber(place, round), ...row })
        expect.soft(row).toMatchObject({ result: expect.stringMatching(/^same numbers/) as string })
        // It does not wait in the queue to begin and leave.
        const isRequeued = struck && harmOf(place, round) === 'scontrol requeue'
        if (isRequeued) expect.soft(places.stateOfJob(runIds[place]!, 1)).toBe('CANCELLED')
      }
      expect.soft(await places.lab.problems()).toEqual([])
      await places.untilNoJobs()
      for (const pid of places.leftovers()) expect.soft(await staysAlive(pid)).toBe(false)
      expectOneJobEach()
    }
  },
)

// Slurm counts its limits in minutes.
if (isLong)
  it('a run that takes longer than its job may goes on in the next one, to the same numbers', { timeout: 900_000 }, async () => {
    await places.addShort()
    const [{ ms } = { ms: 100 }] = places.lab.query<{ ms: number }>('SELECT avg(elapsed_ms) AS ms FROM epochs')
    const epochs = Math.round(longMs / ms)
    const runIds = [await queue('here', epochs), await queue('short', epochs)] as const
    const runs = await places.lab.untilOver(800_000)
    const run = runs.find(({ id }) => id === runIds[1])
    expect(run).toMatchObject({ state: 'finished', reason: null, trainedAt: 'short' })
    expect(run?.attempt).toBeGreaterThan(1)
    const ends = places.lab.query<{ reason: string | null }>(`SELECT reason FROM attempts WHERE run_id = ${runIds[1]} ORDER BY attempt`)
    console.log(`real limit of two minutes: ${JSON.stringify(ends)}`)
    expect(places.lab.numbers(runIds[1])).toEqual(places.lab.numbers(runIds[0]))
    expect(await places.lab.problems()).toEqual([])
    expectOneJobEach()
  })
