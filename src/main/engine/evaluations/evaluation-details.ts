import { calibrationOf } from '../../../common/evaluation/calibration.ts'
import type { Evaluation, EvaluationDetails } from '../../../common/evaluation/evaluation.ts'
import { mostWrong, wrongInOne } from '../../../common/evaluation/wrong-images.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { countConfusion } from '../../../common/results/confusion.ts'
import { readPredictions } from '../../data/scores/score-file.ts'
import { predictionsCsv } from '../../export/predictions-csv.ts'
import type { Store } from '../../store/store.ts'
import { classNamesOf } from '../library/confusion.ts'
import type { Datasets } from '../library/datasets.ts'
import type { ScoreFiles } from './score-files.ts'

interface DetailOptions {
  readonly store: Store
  readonly datasets: Datasets
  readonly scores: ScoreFiles
}

/** Tells what finished evaluations got wrong, from their files of scores. */
export class EvaluationReader {
  readonly #options: DetailOptions

  constructor(options: DetailOptions) {
    this.#options = options
  }

  /** @throws SkiplabError not-found, or conflict where one has not finished; bad-input where they are of different images */
  async details({
    evaluationId,
    otherId,
    limit,
  }: {
    evaluationId: number
    otherId?: number | undefined
    limit: number
  }): Promise<EvaluationDetails> {
    const { evaluation, classes, dataset, read } = await this.#read(evaluationId)
    const counted = (of: typeof read) => countConfusion(of.labels, of.predictions, of.head.classes)
    return {
      evaluation,
      classes,
      counts: counted(read),
      calibration: calibrationOf(read),
      dataset,
      imageSplit: read.head.imageSplit,
      wrong: mostWrong(read, limit),
      comparison: otherId === undefined ? null : await this.#comparison(evaluation, read, otherId, limit),
    }
  }

  /** Makes a table of what is said of each image. @throws SkiplabError as {@link details} */
  async predictions(evaluationId: number): Promise<{ text: string; rows: number }> {
    const { classes, read } = await this.#read(evaluationId)
    return { text: predictionsCsv(read, read.head.imageSplit, classes), rows: read.labels.length }
  }

  async #comparison(
    evaluation: Evaluation,
    read: Awaited<ReturnType<typeof readPredictions>>,
    otherId: number,
    limit: number,
  ): Promise<NonNullable<EvaluationDetails['comparison']>> {
    const other = await this.#read(otherId)
    const same = (a: Int32Array, b: Int32Array) => a.length === b.length && a.every((value, index) => value === b[index])
    const { indices, labels, head } = other.read
    const checksumOf = (of: Evaluation) => this.#options.store.runs.get(of.runIds[0]!).settings.dataset.checksum
    const differ =
      checksumOf(evaluation) !== checksumOf(other.evaluation) ||
      head.imageSplit !== read.head.imageSplit ||
      !same(indices, read.indices) ||
      !same(labels, read.labels)
    if (differ)
      throw new SkiplabError(
        'bad-input',
        `Evaluations ${evaluation.id} and ${otherId} are of different images, so they cannot be compared.`,
      )
    return {
      other: other.evaluation,
      counts: countConfusion(labels, other.read.predictions, head.classes),
      ...wrongInOne(read, other.read, limit),
    }
  }

  async #read(evaluationId: number) {
    const { store, datasets, scores } = this.#options
    const evaluation = store.evaluations.get(evaluationId)
    if (evaluation.state !== 'finished')
      throw new SkiplabError('conflict', `Evaluation ${evaluationId} is ${evaluation.state}: its images are known when it has finished.`)
    const { settings } = store.runs.get(evaluation.runIds[0]!)
    const [read, classes] = [await readPredictions(scores.path(evaluationId)), await classNamesOf(datasets, settings)]
    return { evaluation, classes, dataset: settings.dataset.name, read }
  }
}
