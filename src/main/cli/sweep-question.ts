import type { Command } from 'commander'
import { SkiplabError } from '../../common/failure.ts'
import type { QuestionAnswer } from '../../common/question/answer.ts'
import { planWords, questionWords } from '../../common/question/question-words.ts'
import { type AskedQuestion, questionSchema } from '../../common/sweep/question.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { addQuestionOptions, questionFrom, type QuestionOptions } from './question-options.ts'
import { findSweep } from './run-filter.ts'

export function registerSweepQuestion(sweep: Command): void {
  const configure = (command: Command) => addQuestionOptions(command).option('--none', 'take the question away')
  defineCommand<QuestionOptions & { readonly none?: boolean }>(
    sweep,
    'question <sweep>',
    'what a sweep asks, and its answer; with --ask writes it down before the first run',
    configure,
    async (context, options, [name]) => {
      const question = questionFrom(options)
      if (question && options.none) throw new SkiplabError('bad-input', 'Expected --ask or --none, not both.')
      const { asked, answer } = await withEngine(context, async (client) => {
        const sweepId = await findSweep(client, name!)
        if (question ?? options.none)
          await client.call('sweeps.setQuestion', { sweepId, question: question ? questionSchema.parse(question) : null })
        const found = (await client.call('sweeps.list', {})).find(({ id }) => id === sweepId)
        return { asked: found?.question, answer: await client.call('sweeps.answer', { sweepId }) }
      })
      if (!asked || !answer) {
        context.output.value(null)
        if (!context.output.json) context.output.text(`Sweep ${name} asks nothing. Write a question down before its first run: --ask.`)
        return
      }
      context.output.value({ question: asked, answer })
      if (!context.output.json) context.output.text(questionText(asked, answer))
    },
  )
}

/** The question as it was written, and its answer. */
export function questionText(question: AskedQuestion, { words, notes }: QuestionAnswer): string {
  return [`${questionWords(question)} ${planWords(question)}`, words, ...notes].join('\n')
}
