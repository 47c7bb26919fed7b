import { z } from 'zod'
import { type ComparedRun } from '../analysis/depth-results.ts'
import { groupByExperiment, withoutRepetitions } from '../analysis/experiment.ts'
import { halfWidth } from '../analysis/statistics.ts'
import { type DifferenceTest, type SeedValue, testDifference, testMethods } from '../effects/difference-test.ts'
import { familywiseError } from '../effects/effect.ts'
import { depthOf } from '../network/design.ts'
import type { RunSummary } from '../records/records.ts'
import { type AskedQuestion, lookSeeds, type QuestionSide } from '../sweep/question.ts'
import { answerWords, questionWords } from './question-words.ts'

/**
 * yes: the difference is as expected, beyond chance and as large as what counts; small: as expected and beyond chance, but smaller; no: its
 * interval holds no such difference; undecided: after the last look neither; waiting: the seeds of the next look are not done.
 */
const answerStates = ['yes', 'small', 'no', 'undecided', 'waiting'] as const
export type AnswerState = (typeof answerStates)[number]

/** A question's answer, from the seeds that it planned and no others. */
export const questionAnswerSchema = z.strictObject({
  state: z.enum(answerStates),
  /** "Is the test error of residual-56 A lower than that of plain-56, by 0.50 points or more?" */
  question: z.string(),
  /** The answer in words, with its numbers. */
  words: z.string(),
  /** What bears on how far it can be trusted, in whole sentences. */
  notes: z.array(z.string()),
  /** Looks that were taken, of those that were planned. */
  look: z.int(),
  looks: z.int(),
  /** Seeds that both networks have finished, of those that the last look takes. */
  done: z.int(),
  planned: z.int(),
  /** Of the last look taken: error of `of` minus that of `against`, fractions; null before the first. */
  difference: z.number().nullable(),
  /** Half width of the difference's interval at `intervalLevel`; null where no spread is known. */
  interval: z.number().nullable(),
  /** One-sided where a direction is expected; null where no spread is known. */
  pValue: z.number().nullable(),
  /** What p must not exceed at a look. */
  significance: z.number(),
  method: z.enum(testMethods),
})
export type QuestionAnswer = z.infer<typeof questionAnswerSchema>

type AnsweringRun = ComparedRun & Pick<RunSummary, 'finishedAt' | 'device' | 'imported'>

/**
 * Answers a question as it was written: a test over the planned seeds, taken at the planned looks. Each look has its equal share of the 5 %
 * (Bonferroni), so that stopping at the first finding finds too much in no more than 5 of 100 sweeps.
 * @param writtenAt when the question was written, Unix milliseconds
 * @param runs of its sweep, in any state
 */
export function answerQuestion(question: AskedQuestion, writtenAt: number, runs: readonly AnsweringRun[]): QuestionAnswer {
  const experiments = groupByExperiment(runs)
  const own = experiments.length > 1 ? [] : withoutRepetitions(runs)
  const sides = [question.against, question.of].map((side) => runsOf(side, question, own))
  const [from, to] = sides.map((side) => new Map(side.map((run) => [run.settings.seed, errorOf(run, question)])))
  const plan = lookSeeds(question, question.seeds.length)
  const significance = familywiseError / plan.length
  const lost = sides.flat().filter(({ state }) => state === 'diverged')
  let last: { look: number; test: DifferenceTest; state: AnswerState } | null = null
  for (const [index, count] of plan.entries()) {
    const seeds = question.seeds.slice(0, count)
    if (seeds.some((seed) => !isOver(seed, sides))) break
    const values = [from!, to!].map((errors) =>
      seeds.flatMap((seed): SeedValue[] => (errors.get(seed) === undefined ? [] : [{ seed, value: errors.get(seed)! }])),
    )
    if (values.some((each) => each.length === 0)) break
    const test = testDifference(values[0]!, values[1]!)
    last = { look: index + 1, test, state: stateOf(test, question, significance, index === plan.length - 1) }
    if (last.state !== 'waiting') break
  }
  const test = last?.test ?? null
  const result = {
    state: last?.state ?? 'waiting',
    question: questionWords(question),
    look: last?.look ?? 0,
    looks: plan.length,
    done: question.seeds.filter((seed) => isOver(seed, sides)).length,
    planned: question.seeds.length,
    difference: test?.difference ?? null,
    interval: test && intervalOf(test, intervalLevel(question, significance)),
    pValue: test && chanceOf(test, question),
    significance,
    method: test?.method ?? 'none',
  } as const
  return {
    ...result,
    words: answerWords(result, question, test),
    notes: notesOf({ writtenAt, sides, lost, experiments: experiments.length }),
  }
}

function runsOf<R extends ComparedRun>({ family, depth, shortcut }: QuestionSide, { seeds }: AskedQuestion, runs: readonly R[]): R[] {
  return runs.filter(
    ({ settings: { network, seed } }) =>
      network.family === family &&
      depthOf(network) === depth &&
      (family === 'plain' || network.shortcut === shortcut) &&
      seeds.includes(seed),
  )
}

function errorOf({ state, lastEpoch }: ComparedRun, { error }: AskedQuestion): number | undefined {
  return state === 'finished' ? lastEpoch?.results[error].topOneError : undefined
}

/** Whether both networks have a run of this seed that has ended with or without a value: a run that diverged gives none, ever. */
function isOver(seed: number, sides: readonly (readonly ComparedRun[])[]): boolean {
  return sides.every((side) => side.some(({ settings, state }) => settings.seed === seed && (state === 'finished' || state === 'diverged')))
}

function chanceOf({ pValue, difference }: DifferenceTest, { direction }: AskedQuestion): number | null {
  if (pValue === null || direction === 'different') return pValue
  const expected = direction === 'lower' ? difference < 0 : difference > 0
  return expected ? pValue / 2 : 1 - pValue / 2
}

/** Level of the interval that agrees with the test: of a one-sided one 90 % for p of 5 %. */
export function intervalLevel({ direction }: Pick<AskedQuestion, 'direction'>, significance: number): number {
  return direction === 'different' ? 1 - significance : 1 - 2 * significance
}

function intervalOf(test: DifferenceTest, level: number): number | null {
  const { interval, freedom } = test
  if (interval === null || freedom === null) return null
  const standardError = interval === 0 ? 0 : interval / halfWidth({ standardError: 1, freedom })
  return halfWidth({ standardError, freedom }, level)
}

function stateOf(test: DifferenceTest, question: AskedQuestion, significance: number, isLast: boolean): AnswerState {
  const [chance, width] = [chanceOf(test, question), intervalOf(test, intervalLevel(question, significance))]
  const { direction, smallest } = question
  const size = direction === 'lower' ? -test.difference : direction === 'higher' ? test.difference : Math.abs(test.difference)
  if (chance !== null && chance <= significance) return size >= smallest ? 'yes' : 'small'
  if (width !== null && size + width < smallest) return 'no'
  return isLast ? 'undecided' : 'waiting'
}

function notesOf(facts: {
  writtenAt: number
  sides: readonly (readonly AnsweringRun[])[]
  lost: readonly AnsweringRun[]
  experiments: number
}): string[] {
  const { writtenAt, sides, lost, experiments } = facts
  const earlier = sides.flat().filter(({ state, finishedAt }) => state === 'finished' && finishedAt !== null && finishedAt < writtenAt)
  return [
    ...(experiments > 1 ? ['The runs of this sweep are of several experiments, which one question cannot compare.'] : []),
    ...(earlier.length > 0 ? [`${earlier.length} of these runs had finished before it was written: it was not asked in advance.`] : []),
    ...(lost.length > 0 ? [`${lost.length} of these runs diverged and are in no number.`] : []),
  ]
}
