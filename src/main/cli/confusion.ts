import type { Command } from 'commander'
import { SkiplabError } from '../../common/failure.ts'
import type { RunSummary } from '../../common/records/records.ts'
import { classWords } from '../../common/data/synset-words.ts'
import { classErrors, type Confusion, confusionMatrix } from '../../common/results/confusion.ts'
import { type ResultCheckpoint, resultCheckpoints } from '../../common/results/result-row.ts'
import { classErrorsCsv, confusionCsv } from '../../common/export/confusion-csv.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { formatInteger, formatPercent } from './format.ts'
import { table } from './table.ts'
import { integer, oneOf } from './values.ts'
import { writeOutput } from './write-file.ts'

/** A matrix of more classes is wider than a terminal. */
const mostClassesShown = 12

interface ConfusionOptions {
  readonly checkpoint: ResultCheckpoint
  readonly csv?: boolean
  readonly byClass?: boolean
  readonly output?: string
}

export function registerConfusion(program: Command): void {
  defineCommand<ConfusionOptions>(
    program,
    'confusion <run>',
    'which classes of the test split a run took for which, and the error of each class',
    (command) =>
      command
        .option(
          '--checkpoint <name>',
          `${resultCheckpoints.join(' or ')} epoch (best: lowest test error)`,
          oneOf('checkpoint', resultCheckpoints),
          'last',
        )
        .option('--csv', 'write the matrix as CSV to stdout: a row a label, a column a predicted class')
        .option('--by-class', 'with --csv or --output: a row a class with its error, in place of the matrix')
        .option('--output <file>', 'write the CSV to this file'),
    async (context, { checkpoint, csv, byClass, output }, [argument]) => {
      if (byClass && !csv && output === undefined)
        throw new SkiplabError('bad-input', 'Expected --csv or --output FILE beside --by-class, which says what they write.')
      const runId = integer('the number of a run', 1, Number.MAX_SAFE_INTEGER)(argument!)
      const { run, confusion } = await withEngine(context, async (client) => ({
        run: await client.call('runs.get', { runId }),
        confusion: await client.call('runs.confusion', { runId, checkpoint }),
      }))
      if (!confusion) throw new SkiplabError('not-found', notCounted(run))
      if (csv || output !== undefined) {
        const file = writeOutput(context, output ?? '-', () => '-', byClass ? classErrorsCsv(confusion) : confusionCsv(confusion))
        if (file === null) return
        context.output.value({ file, rows: byClass ? classErrors(confusion).length : confusion.classes.length })
        if (!context.output.json) context.output.text(`${file}: ${confusion.classes.length} classes`)
        return
      }
      context.output.value({ ...confusion, classErrors: classErrors(confusion) })
      if (!context.output.json) context.output.text(confusionText(run, confusion))
    },
  )
}

function notCounted({ id, lastEpoch }: RunSummary): string {
  return lastEpoch
    ? `Run ${id} has no confusion matrix: an older Skiplab trained it. Train it again with "skiplab sweep run ... --again" to have one.`
    : `Run ${id} has no confusion matrix yet: it comes with the first finished epoch.`
}

/** Errors of all classes, the worst first; the matrix, too, where it fits. */
export function confusionText(run: Pick<RunSummary, 'id' | 'name'>, counted: Confusion): string {
  const confusion = { ...counted, classes: counted.classes.map(classWords) }
  const errors = classErrors(confusion)
  const sum = (key: 'images' | 'wrong'): number => errors.reduce((total, row) => total + row[key], 0)
  const [wrong, images] = [sum('wrong'), sum('images')]
  const head =
    `Run ${run.id}, ${run.name}: ${confusion.split} split at the ${confusion.checkpoint} epoch (${confusion.epoch}), ` +
    `${formatInteger(wrong)} of ${formatInteger(images)} images wrong (${formatPercent(wrong / images)})`
  const byClass = table(
    [
      { title: 'class' },
      { title: 'images', align: 'right' },
      { title: 'wrong', align: 'right' },
      { title: 'error', align: 'right' },
      { title: 'mostly taken for' },
    ],
    errors.map(({ name, images, wrong, error, takenFor }) => [
      name,
      formatInteger(images),
      formatInteger(wrong),
      formatPercent(error),
      takenFor ? `${takenFor.name} (${formatInteger(takenFor.images)})` : '–',
    ]),
  )
  return [head, byClass, ...(confusion.classes.length <= mostClassesShown ? [matrixText(confusion)] : [])].join('\n\n')
}

function matrixText(confusion: Confusion): string {
  const { classes } = confusion
  return table(
    [{ title: 'label \\ predicted' }, ...classes.map((title) => ({ title, align: 'right' as const }))],
    confusionMatrix(confusion).map((images, label) => [classes[label]!, ...images.map(formatInteger)]),
  )
}
