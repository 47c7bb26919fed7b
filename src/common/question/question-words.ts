import { pointsOf } from '../analysis/error-words.ts'
import type { DifferenceTest } from '../effects/difference-test.ts'
import { pWords, sideWords, signedPoints } from '../effects/effect-words.ts'
import { intervalLevel, type QuestionAnswer } from './answer.ts'
import { type AskedQuestion, lookSeeds, sideKey } from '../sweep/question.ts'

const errors = { test: 'test error', train: 'training error' } as const

/** "Is the test error of residual-56 A lower than that of plain-56, by 0.50 points or more?" */
export function questionWords({ of, against, direction, error, smallest }: AskedQuestion): string {
  const [one, other] = [of, against].map((side) => sideKey(side, []))
  const relation = direction === 'different' ? `different from that of ${other}` : `${direction} than that of ${other}`
  return `Is the ${errors[error]} of ${one} ${relation}, by ${pointsOf(smallest)} points or more?`
}

/** "Answered once, from seeds 1 to 5." */
export function planWords(question: AskedQuestion): string {
  const looks = lookSeeds(question, question.seeds.length)
  const after = looks.length === 1 ? 'once' : `at the first of ${looks.length} looks that finds it, after ${looks.join(', ')} seeds`
  const level = looks.length === 1 ? '' : `, each at p ≤ ${(0.05 / looks.length).toPrecision(2)}`
  return `Answered ${after}, from ${question.seeds.length} seeds of each${level}.`
}

type Told = Omit<QuestionAnswer, 'words' | 'notes'>

/** The answer with its numbers. */
export function answerWords(answer: Told, question: AskedQuestion, test: DifferenceTest | null): string {
  const { state, done, planned, look, looks, significance } = answer
  const small = pointsOf(question.smallest)
  if (state === 'waiting') {
    const next = lookSeeds(question, planned)[look] ?? planned
    const before = look > 0 ? ` Look ${look} of ${looks} found nothing yet.` : ''
    return `Not answered yet: ${done} of the ${next} seeds are done that ${looks > 1 ? 'the next look' : 'it'} takes.${before}`
  }
  const numbers = test ? ` ${numbersOf(answer, question, test)}` : ''
  switch (state) {
    case 'yes':
      return `Yes.${numbers}`
    case 'small':
      return `It differs so beyond chance, but by less than the ${small} points that count.${numbers}`
    case 'no':
      return `No: a difference of ${small} points or more is ruled out (p ≤ ${significance.toPrecision(2)}).${numbers}`
    case 'undecided':
      return `Undecided: these seeds neither show such a difference nor rule it out.${numbers}`
  }
}

function numbersOf(
  { pValue, interval, significance, method }: Told,
  question: AskedQuestion,
  { from, to, difference }: DifferenceTest,
): string {
  const side = ({ mean, std }: DifferenceTest['from']): string => `${sideWords({ mean, std })} %`
  const level = Number((100 * intervalLevel(question, significance)).toFixed(1))
  const width =
    interval === null ? '' : `, ${level} % interval ${signedPoints(difference - interval)} to ${signedPoints(difference + interval)}`
  const how = method === 'paired-t' ? `paired over ${from.count} seeds` : `${from.count} and ${to.count} seeds, Welch`
  const tested = method === 'none' ? 'no test' : how
  return `${side(to)} against ${side(from)}: ${signedPoints(difference)} points${width}, p ${pText(pValue)} (${tested}).`
}

function pText(pValue: number | null): string {
  return pValue === null ? 'unknown' : pValue < 0.001 ? pWords(pValue) : `= ${pWords(pValue)}`
}
