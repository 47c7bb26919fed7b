import { pairedInterval, type ScoreInterval } from '../../statistics/score-intervals.ts'
import { spreadOf } from '../../lesions/spread.ts'
import type { AnalysedName, AnalysisTable } from './define-analysis.ts'
import type { LesionedBlock, LesionedRun } from './lesions.ts'

/**
 * The 95 % interval of a lesion's effect on the error, by the images that it broke and mended: each is classified with and without it, as
 * in McNemar's test. A lesion that changed nothing on these images has one too.
 */
export function effectInterval({ broken, mended }: Pick<LesionedBlock, 'broken' | 'mended'>, images: number): ScoreInterval {
  return pairedInterval(broken, mended, images)
}

/** Error of a guess among classes that are equally frequent. */
export function chanceError({ classes }: Pick<LesionedRun, 'classes'>): number {
  return 1 - 1 / classes
}

/** Errors are shares in files, as everywhere. */
export function lesionsTable(runs: readonly LesionedRun[], names: readonly AnalysedName[]): AnalysisTable {
  return {
    columns: [
      { name: 'run', title: 'run' },
      { name: 'name', title: 'name' },
      { name: 'epoch', title: 'epoch' },
      { name: 'block', title: 'block' },
      { name: 'position', title: 'position' },
      { name: 'lesions', title: 'lesions' },
      { name: 'error', title: 'error', digits: 4 },
      { name: 'effect', title: 'effect', digits: 3 },
      { name: 'effect_low', title: '95 % from', digits: 3 },
      { name: 'effect_high', title: 'to', digits: 3 },
      { name: 'loss', title: 'loss', digits: 4 },
    ],
    rows: runs.flatMap((run, index) => rowsOf(run, names[index]!)),
    notes: runs.flatMap((run, index) => notesOf(run, names[index]!)),
  }
}

function rowsOf(run: LesionedRun, { id, name, epoch }: AnalysedName): AnalysisTable['rows'] {
  const head = [id, name, epoch]
  return [
    [...head, null, null, 0, run.error, null, null, null, run.loss],
    ...run.blocks.map((block) => {
      const effect = block.error === null ? null : block.error - run.error
      const { low, high } = block.error === null ? { low: null, high: null } : effectInterval(block, run.images)
      return [...head, block.block, block.position, block.error === null ? null : 1, block.error, effect, low, high, block.loss]
    }),
    ...run.several.flatMap(({ lesions, errors }) =>
      errors.map((error) => [...head, null, null, lesions, error, error - run.error, null, null, null]),
    ),
  ]
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`

/** Says in sentences what the lesions came to. */
function notesOf(run: LesionedRun, { id, label }: AnalysedName): string[] {
  const done = run.blocks.flatMap(({ block, error }) => (error === null ? [] : [{ block, error }]))
  const worst = done.toSorted((a, b) => b.error - a.error)[0]
  const middle = done.map(({ error }) => error).sort((a, b) => a - b)[Math.floor(done.length / 2)]
  const whose = `Run ${id}, ${label}`
  const images = run.images.toLocaleString('en')
  const undamaged = `${whose}: error ${percent(run.error)} undamaged, ${percent(chanceError(run))} at chance, on ${images} images.`
  const single =
    worst && middle !== undefined
      ? [`After one lesion the error is ${percent(middle)} in the middle and ${percent(worst.error)} at most, at ${worst.block}.`]
      : []
  const several = run.several.map(({ lesions, errors }) => `${lesions}: ${percent(spreadOf(errors).mean)}`)
  const hindered = run.blocks.flatMap(({ block, hindrance }) => (hindrance === null ? [] : [`${block} ${hindrance}.`]))
  return [
    [undamaged, ...single].join(' '),
    ...(several.length ? [`Mean error by lesions at once: ${several.join(', ')}.`] : []),
    ...(hindered.length ? [`Left out: ${hindered.join(' ')}`] : []),
  ]
}
