import type { Command } from 'commander'
import type { Inspection } from '../../common/data/inspection.ts'
import { classWords } from '../../common/data/synset-words.ts'
import { SkiplabError } from '../../common/failure.ts'
import { absolutePath } from '../workspace/home-folder.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { cancelledBySignals } from './data-add.ts'
import { showProgress } from './data-progress.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { formatInteger, printable } from './format.ts'
import { addImportFlags, importOptionsOf, type ImportFlags } from './import-options.ts'
import { table } from './table.ts'

interface InspectFlags extends ImportFlags {
  readonly namesOnly?: boolean
}

/** Of a thousand classes the first are shown. */
const classesShown = 40

export function registerDataInspect(data: Command): void {
  defineCommand<InspectFlags>(
    data,
    'inspect <path>',
    'what an import of a folder or an archive would make of it, and every problem in it; nothing is written',
    (command) => addImportFlags(command.option('--names-only', 'look at names and a few images only, which takes seconds')),
    async (context, flags, [path]) => {
      if (path === '') throw new SkiplabError('bad-input', 'Expected a folder or an archive; got an empty text.')
      const from = absolutePath(path!)
      const found = await withEngine(context, async (client) => {
        const progress = showProgress(context, client, from)
        try {
          const request = { name: from, from, options: importOptionsOf(flags), images: !flags.namesOnly }
          return await cancelledBySignals(context, client, from, () => client.call('datasets.inspect', request))
        } finally {
          progress.stop()
        }
      })
      context.output.value({ type: 'inspection', ...found })
      if (!context.output.json) context.output.text(inspectionText(found))
      if (found.problemCount > 0) throw new CommandEnd(exitCodes.badOutcome)
    },
  )
}

function inspectionText({ form, classes, sizes, problems, problemCount, notes, checked }: Inspection): string {
  const total = (split: 'train' | 'validation' | 'test') => classes.reduce((sum, one) => sum + (one[split] ?? 0), 0)
  const validated = classes.some((one) => one.validation !== null)
  const size = sizes && [sizes.smallest, sizes.largest].map(([height, width]) => `${width}×${height}`)
  const counts = [
    `${formatInteger(total('train'))} training${validated ? `, ${formatInteger(total('validation'))} validation` : ''} and ` +
      `${formatInteger(total('test'))} test images`,
    `${formatInteger(classes.length)} classes`,
    ...(size
      ? [
          size[0] === size[1]
            ? `all ${size[0]} pixels${checked === 'names' ? ' as far as looked at' : ''}`
            : `${size[0]} to ${size[1]} pixels`,
        ]
      : []),
  ]
  return [
    `${form}: ${counts.join(', ')}`,
    ...(classes.length > 0 ? [classTable(classes, validated)] : []),
    ...(classes.length > classesShown ? [`and ${classes.length - classesShown} more classes`] : []),
    ...notes.map(printable),
    ...(problemCount === 0
      ? [checked === 'images' ? 'Every image was read; there are no problems.' : 'No problems in the names.']
      : [
          `${problemCount} problem${problemCount === 1 ? '' : 's'}, for which an import is refused:`,
          ...problems.map((problem) => `  ${printable(problem)}`),
          ...(problemCount > problems.length ? [`  and ${problemCount - problems.length} more`] : []),
        ]),
  ].join('\n')
}

function classTable(classes: Inspection['classes'], validated: boolean): string {
  return table(
    [
      { title: 'class' },
      { title: 'training', align: 'right' },
      ...(validated ? [{ title: 'validation', align: 'right' as const }] : []),
      { title: 'test', align: 'right' },
    ],
    classes
      .slice(0, classesShown)
      .map(({ name, train, validation, test }) => [
        printable(classWords(name) === name ? name : `${name} ${classWords(name)}`),
        formatInteger(train),
        ...(validated ? [formatInteger(validation ?? 0)] : []),
        formatInteger(test),
      ]),
  )
}
