import { describe, expect, it } from 'vitest'
import { answerQuestion } from '../../../../src/common/question/answer.ts'
import { planWords, questionWords } from '../../../../src/common/question/question-words.ts'
import { askedQuestion, lookSeeds, questionProblem, questionSchema, type QuestionInput } from '../../../../src/common/sweep/question.ts'
import { readQuestion } from '../../../../src/common/sweep/read-question.ts'
import { parseSweepFile, sweepFileText } from '../../../../src/common/sweep/sweep-text.ts'
import { sweepSchema } from '../../../../src/common/sweep/sweep.ts'
import { Random } from '../../../../src/common/training/random.ts'
import { expectFailure } from '../../../support/expect-failure.ts'
import { sampleRun, type Sample } from '../../../fixtures/sample-runs.ts'

const grid = { families: ['plain', 'residual'] as const, depths: [20, 56], shortcuts: ['A'] as const, seeds: 5 }
const asked = (more: Partial<QuestionInput> = {}, seeds = 5) =>
  askedQuestion({ ...grid, seeds, question: questionSchema.parse({ ...readQuestion('residual-56 < plain-56'), ...more }) })!
const run = (family: 'plain' | 'residual', seed: number, test: number, more: Partial<Sample> = {}) =>
  sampleRun({ family, n: 9, seed, train: test, test, ...more }).summary
const sweep = (plain: readonly number[], residual: readonly number[]) => [
  ...plain.map((value, index) => run('plain', index + 1, value)),
  ...residual.map((value, index) => run('residual', index + 1, value)),
]
const plain = [0.121, 0.127, 0.119, 0.13, 0.124]
const residual = [0.101, 0.112, 0.098, 0.111, 0.105]
/** scipy.stats.ttest_rel(residual, plain, alternative='less'). */
const pValue = 2.5473275021984785e-5

describe('a question that was written down before its sweep', () => {
  it('a question is read from a line, from a sweep file and back, and changes no run', () => {
    expect(readQuestion('Residual-56 a != plain-20')).toEqual({
      of: { family: 'residual', depth: 56, shortcut: 'A' },
      against: { family: 'plain', depth: 20 },
      direction: 'different',
    })
    for (const text of ['residual-56', 'a < b', 'residual-56 < plain', 'resnet-56 < plain-56']) expect(readQuestion(text), text).toBeNull()
    const given = { name: 'night', dataset: 'cifar10', recipe: 'cifar10-10', ...grid, question: readQuestion('residual-56 < plain-56') }
    const whole = sweepSchema.parse(given)
    expect(whole.question).toMatchObject({ direction: 'lower', error: 'test', smallest: 0.005, looks: 1 })
    expect(parseSweepFile(sweepFileText(whole), 'night.yaml')).toEqual(whole)
  })

  it.each([
    [{ of: { family: 'highway', depth: 56 } }, 'expected a family of the sweep: plain, residual'],
    [{ against: { family: 'plain', depth: 32 } }, 'expected a depth of the sweep: 20, 56'],
    [{ of: { family: 'residual', depth: 56, shortcut: 'B' } }, 'expected a shortcut option of the sweep: A'],
    [{ against: { family: 'residual', depth: 56 } }, 'expected another network'],
    [{ seeds: 9 }, 'expected at most the 5 seeds'],
    [{ looks: 5, seeds: 3 }, 'expected fewer looks'],
  ] as const)('a question that its sweep cannot answer is refused: %j, %s', async (more, message) => {
    const question = { ...readQuestion('residual-56 < plain-56'), ...more }
    expect(questionProblem(questionSchema.parse(question), grid)?.message).toContain(message)
    const given = { name: 'night', dataset: 'cifar10', recipe: 'cifar10-10', ...grid, question }
    const read = Promise.resolve().then(() => parseSweepFile(JSON.stringify(given), 'night.json'))
    await expectFailure(read, 'bad-input', message)
  })

  it('it is said in words, with its plan', () => {
    expect(questionWords(asked())).toBe('Is the test error of residual-56 A lower than that of plain-56, by 0.50 points or more?')
    expect(planWords(asked())).toBe('Answered once, from 5 seeds of each.')
    expect(planWords(asked({ looks: 2 }))).toBe(
      'Answered at the first of 2 looks that finds it, after 3, 5 seeds, from 5 seeds of each, each at p ≤ 0.025.',
    )
    expect(lookSeeds({ looks: 3 }, 9)).toEqual([3, 6, 9])
  })

  it('it is answered by a one-sided paired test over the planned seeds', () => {
    // scipy.stats.ttest_rel(residual, plain, alternative='less') over these five pairs.
    const answer = answerQuestion(asked(), 0, sweep(plain, residual))
    expect(answer).toMatchObject({ state: 'yes', method: 'paired-t', look: 1, looks: 1, done: 5, planned: 5, significance: 0.05 })
    expect(answer.pValue).toBeCloseTo(pValue, 8)
    expect(answer.difference).toBeCloseTo(-0.0188, 10)
    expect(answer.interval).toBeCloseTo(0.0021740656726939277, 8)
    expect(answer.words).toMatch(/^Yes\. 10\.54 ± 0\.61 % against 12\.42 ± 0\.44 %: −1\.88 points, 90 % interval −/)
  })

  it('it is asked in both directions where none is expected', () => {
    const answer = answerQuestion(asked({ direction: 'different' }), 0, sweep(plain, residual))
    expect(answer.pValue).toBeCloseTo(2 * pValue, 8)
    expect(answer.words).toContain('95 % interval')
  })

  it('a difference that is too small to count, one that is ruled out, and none that can be told are three answers', () => {
    const shifted = (by: number, noise: readonly number[]) => plain.map((value, index) => value + by + noise[index]!)
    const quiet = [0.0001, -0.0001, 0.0002, -0.0002, 0]
    const loud = [0.01, -0.012, 0.008, -0.009, 0.004]
    expect(answerQuestion(asked(), 0, sweep(plain, shifted(-0.003, quiet))).state).toBe('small')
    expect(answerQuestion(asked(), 0, sweep(plain, shifted(0.001, quiet))).state).toBe('no')
    expect(answerQuestion(asked(), 0, sweep(plain, shifted(-0.003, loud))).state).toBe('undecided')
  })

  it('it waits for its seeds, and takes no others', () => {
    const four = sweep(plain, residual).filter(({ settings }) => settings.seed < 5)
    const waiting = answerQuestion(asked(), 0, four)
    expect(waiting).toMatchObject({
      state: 'waiting',
      done: 4,
      difference: null,
      words: 'Not answered yet: 4 of the 5 seeds are done that it takes.',
    })
    const more = [...sweep(plain, residual), run('plain', 9, 0.9), run('residual', 9, 0.01)]
    expect(answerQuestion(asked(), 0, more)).toEqual(answerQuestion(asked(), 0, sweep(plain, residual)))
  })

  it('with several looks it stops at the first that finds it, at that look’s share of the error', () => {
    const three = sweep(plain, residual).filter(({ settings }) => settings.seed <= 3)
    expect(answerQuestion(asked({ looks: 2 }), 0, three)).toMatchObject({ state: 'yes', look: 1, looks: 2, significance: 0.025 })
    expect(answerQuestion(asked({ looks: 2 }), 0, sweep(plain, residual))).toMatchObject({ state: 'yes', look: 1 })
  })

  it('what was known before it was written is told, and what diverged', () => {
    const runs = [
      ...sweep(plain, residual).filter(({ settings }) => settings.seed < 5),
      run('plain', 5, 0.9, { state: 'diverged' }),
      run('residual', 5, 0.1),
    ]
    const { notes } = answerQuestion(asked(), 1000, runs)
    expect(notes).toEqual([
      '9 of these runs had finished before it was written: it was not asked in advance.',
      '1 of these runs diverged and are in no number.',
    ])
  })

  it.each([1, 3])('where nothing differs it is found in 5 of 100 sweeps or fewer, as far as 2,000 can tell, with %i looks', (looks) => {
    const random = new Random(40 + looks)
    const question = asked({ looks }, 6)
    const runs = sweep(Array<number>(6).fill(0), Array<number>(6).fill(0))
    let found = 0
    for (let trial = 0; trial < 2000; trial++) {
      const drawn = runs.map((each) => ({
        ...each,
        lastEpoch: {
          ...each.lastEpoch!,
          results: { ...each.lastEpoch!.results, test: { loss: 1, topOneError: 0.2 + 0.01 * random.normal() } },
        },
      }))
      if (['yes', 'small'].includes(answerQuestion(question, 0, drawn).state)) found++
    }
    // scipy.stats.binom.ppf(0.999, 2000, 0.05)
    expect(found).toBeLessThanOrEqual(131)
  })
})
