import { basename } from 'node:path'
import type { DatasetManifest } from '../../../../common/data/dataset.ts'
import type { ImportOptions } from '../../../../common/data/import-options.ts'
import { openInput, type Input } from '../../input/input-files.ts'
import { splitNames } from '../../stored/dataset-folder.ts'
import { ProblemList } from '../problem-list.ts'
import type { ImportJob, SourceContents } from '../provider.ts'
import { RawCensus } from '../raw-census.ts'
import { chooseIdx, type IdxChoice } from './idx-choice.ts'
import { type IdxSplit, readIdxFiles } from './idx-files.ts'

/**
 * Imports the four IDX files of MNIST and those like it: grey images of one size and their labels.
 * @param classes names in the order of the labels; null names them "0" to the largest
 * @throws SkiplabError bad-input naming all that is missing or wrong
 */
export async function importIdx(from: string, title: string, classes: readonly string[] | null, job: ImportJob): Promise<DatasetManifest> {
  job.onProgress({ step: 'reading file names', done: 0, total: null, unit: 'files' })
  const problems = new ProblemList()
  const read = await readChosen(await openInput(from), classes, job.options, problems, job.signal)
  problems.refuse(from)
  // Without a problem, both splits are there and chosen.
  const choice = read as IdxChoice
  const { train, test } = choice.splits
  const image = { size: 'fixed' as const, height: train.height, width: train.width, channels: 1 }
  const counts = { train: train.labels.length, test: test.labels.length }
  const description = { title, classes: [...choice.classes], image, source: `IDX files of ${basename(from)}` }
  return job.write(description, counts, async (writer) => {
    const total = counts.train + counts.test
    let done = 0
    for (const name of splitNames) {
      const { images, labels } = choice.splits[name]
      await writer.write(name, 0, images, labels)
      job.onProgress({ step: 'reading images', done: (done += labels.length), total, unit: 'images' })
    }
    writer.note(censusOf(choice.classes, choice.splits).notes)
  })
}

/** Reads all files; what an import would refuse is among the problems. */
export async function inspectIdx(input: Input, options: ImportOptions, signal?: AbortSignal): Promise<SourceContents> {
  const problems = new ProblemList()
  const { classes, splits } = await readChosen(input, null, options, problems, signal)
  const census = censusOf(classes, splits)
  const some = splits.train ?? splits.test
  const notes = [...(options.classes ? [] : ['Classes are named by their labels.']), ...census.notes]
  return { classes: census.classes, size: some ? [some.height, some.width] : null, problems, notes }
}

interface Chosen {
  readonly classes: readonly string[]
  readonly splits: Partial<IdxChoice['splits']>
}

/** @returns both splits as they were chosen unless there are problems, else what could be read */
async function readChosen(
  input: Input,
  classes: readonly string[] | null,
  options: ImportOptions,
  problems: ProblemList,
  signal?: AbortSignal,
): Promise<Chosen> {
  const splits = await readIdxFiles(input, problems, signal)
  const { train, test } = splits
  const largest = Math.max(largestOf(train), largestOf(test))
  const names = classes ?? Array.from({ length: Math.max(2, largest + 1) }, (_, label) => String(label))
  if (largest >= names.length) {
    problems.add(`a label is ${largest}, expected 0 to ${names.length - 1}`)
    return { classes: names, splits: {} }
  }
  return train && test ? chooseIdx({ train, test }, names, options, problems) : { classes: names, splits }
}

function censusOf(classes: readonly string[], splits: Partial<Record<'train' | 'test', IdxSplit>>): RawCensus {
  const census = new RawCensus(classes)
  for (const name of splitNames) {
    const split = splits[name]
    if (split) census.add(name, 0, split.images, split.labels)
  }
  return census
}

const largestOf = (split: IdxSplit | undefined): number => split?.labels.reduce((most, label) => Math.max(most, label), 0) ?? 0
