import { z } from 'zod'

/** What `test/integration/places/harmed-sweeps` writes. */
export const placeTrialsSchema = z.array(
  z.strictObject({
    trial: z.int(),
    seed: z.int(),
    place: z.string(),
    harm: z.string(),
    moment: z.string(),
    result: z.string(),
    attempts: z.int(),
  }),
)
type PlaceTrials = z.infer<typeof placeTrialsSchema>

const introduction = `# Trials of places

Each round is a sweep of four runs, one on this machine, one at a machine by SSH, one on a Slurm of three nodes, one on that Slurm behind
SSH. Each run is harmed once, at a moment that the trial's seed draws; a kill of the engine strikes all four.

"Same numbers": every metric, sample and layer statistic of the run and the hash of its last checkpoint equal those of an undisturbed run
on this machine. After each round the database was whole, every run had one lease or none, no process of a job was left, and each
attempt had had one job in Slurm.

Made by \`npm run trials -- places\`, which also trains a run for longer than a real time limit of two minutes. \`npm test\` has the
first eight, with connections away for five seconds.
`

/** Writes the document of the trials. @param machine where they ran, in words */
export function placeTrialsText(trials: PlaceTrials, machine: string): string {
  const same = trials.filter(({ result }) => result.startsWith('same numbers')).length
  const missed = trials.filter(({ result }) => result.includes('over before')).length
  const rows = trials.map(
    ({ trial, seed, place, harm, moment, result, attempts }) => `| ${[trial, seed, place, harm, moment, attempts, result].join(' | ')} |`,
  )
  const over = missed > 0 ? `; ${missed} over before the harm struck` : ''
  return `${introduction}
${trials.length} trials, ${same} with the same numbers${over}. Machine: ${machine}.

| trial | seed | place | harm | moment | attempts | result |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`
}
