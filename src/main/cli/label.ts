import type { Command } from 'commander'
import { longestNotes, type Annotation } from '../../common/rpc/run-calls.ts'
import { SkiplabError } from '../../common/failure.ts'
import { longestTag, runTagSchema } from '../../common/records/records.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { printable } from './format.ts'
import { integer, listOf } from './values.ts'

interface LabelOptions {
  readonly addTags?: string[]
  readonly removeTags?: string[]
  readonly notes?: string
  /** True by `--star`, false by `--no-star`, absent when neither was given. */
  readonly star?: boolean
  readonly archive?: boolean
}

export function registerLabel(program: Command): void {
  const tags = listOf(readTag)
  const configure = (command: Command) =>
    command
      .option('--add-tags <tags>', 'comma-separated', tags)
      .option('--remove-tags <tags>', 'comma-separated', tags)
      .option('--notes <text>', 'replaces the notes; an empty text removes them')
      .option('--star', 'mark with a star')
      .option('--no-star', 'take the star away')
      .option('--archive', 'hide from lists; nothing is deleted')
      .option('--no-archive', 'show in lists again')
  defineCommand<LabelOptions>(
    program,
    'label <runs...>',
    'tags, notes, star and archive of runs',
    configure,
    async (context, options, args) => {
      const runIds = args.map(integer('the number of a run', 1, Number.MAX_SAFE_INTEGER))
      const { addTags, removeTags, notes, star, archive } = options
      if (notes !== undefined && notes.length > longestNotes)
        throw new SkiplabError('bad-input', `Expected notes of at most ${longestNotes} characters; got ${notes.length}.`)
      const annotation: Annotation = {
        ...(addTags && { addTags }),
        ...(removeTags && { removeTags }),
        ...(notes !== undefined && { notes }),
        ...(star !== undefined && { starred: star }),
        ...(archive !== undefined && { archived: archive }),
      }
      if (Object.keys(annotation).length === 0)
        throw new SkiplabError(
          'bad-input',
          'Expected what to change: --add-tags, --remove-tags, --notes, --star, --no-star, --archive or --no-archive.',
        )
      const result = await withEngine(context, (client) => client.call('runs.annotate', { runIds, annotation }))
      context.output.value(result)
      if (!context.output.json)
        context.output.text(`Labelled ${result.runIds.length === 1 ? `run ${result.runIds[0]}` : `${result.runIds.length} runs`}.`)
    },
  )
}

function readTag(text: string): string {
  const parsed = runTagSchema.safeParse(text)
  if (parsed.success) return parsed.data
  throw new SkiplabError(
    'bad-input',
    `Expected tags of at most ${longestTag} characters, without control characters; got ` +
      `"${printable(text.slice(0, longestTag + 1))}"${text.length > longestTag ? ' and more' : ''}.`,
  )
}
