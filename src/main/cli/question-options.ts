import type { Command } from 'commander'
import { SkiplabError } from '../../common/failure.ts'
import { questionExpected, readQuestion } from '../../common/sweep/read-question.ts'
import type { QuestionInput } from '../../common/sweep/question.ts'
import { integer, number, oneOf } from './values.ts'

export interface QuestionOptions {
  readonly ask?: ReturnType<typeof asked>
  readonly askError?: 'test' | 'train'
  /** Points. */
  readonly askSmallest?: number
  readonly askSeeds?: number
  readonly askLooks?: number
}

export function addQuestionOptions(command: Command): Command {
  return command
    .option('--ask <question>', 'write down what the sweep is to answer: "residual-56 A < plain-56"', asked)
    .option('--ask-error <split>', 'whose error it is about: test (default) or train', oneOf('error', ['test', 'train'] as const))
    .option('--ask-smallest <points>', 'smallest difference that counts, points (default: 0.5)', number('points', 0.001, 100))
    .option('--ask-seeds <count>', 'the first seeds that answer it (default: all)', integer('a number of seeds', 2, 1000))
    .option(
      '--ask-looks <count>',
      'looks at equal parts of the seeds; stops at the first that finds it',
      integer('a number of looks', 1, 5),
    )
}

/** @throws SkiplabError bad-input where something is said of a question that is not asked */
export function questionFrom({ ask, askError, askSmallest, askSeeds, askLooks }: QuestionOptions): QuestionInput | undefined {
  const more = {
    ...(askError && { error: askError }),
    ...(askSmallest !== undefined && { smallest: Number((askSmallest / 100).toPrecision(12)) }),
    ...(askSeeds !== undefined && { seeds: askSeeds }),
    ...(askLooks !== undefined && { looks: askLooks }),
  }
  if (!ask && Object.keys(more).length > 0) throw new SkiplabError('bad-input', `Expected --ask with ${questionExpected}.`)
  return ask && { ...ask, ...more }
}

function asked(text: string) {
  const read = readQuestion(text)
  if (!read) throw new SkiplabError('bad-input', `Expected ${questionExpected}; got "${text}".`)
  return read
}
