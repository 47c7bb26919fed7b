import { messageOf } from '../../../common/caught.ts'
import type { Evaluation } from '../../../common/evaluation/evaluation.ts'
import { ScoreSums } from '../../../common/evaluation/score-sums.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { ScoreFile } from '../../data/scores/score-file.ts'
import { writeScores } from '../../data/scores/write-scores.ts'
import type { EvaluationOutcome } from '../../store/evaluations.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'
import { endJob } from '../jobs/job-end.ts'
import type { EvaluationDesk } from './evaluation-desk.ts'
import type { ScoreFiles } from './score-files.ts'

interface EnsembleOptions {
  readonly desk: EvaluationDesk
  readonly store: Store
  readonly journal: Journal
  readonly scores: ScoreFiles
  readonly log: (message: string) => void
  /** Called when one has ended. */
  readonly onChange: () => void
}

/** Averages the scores of ensembles whose members' evaluations have finished, one after the other. */
export class Ensembles {
  readonly #options: EnsembleOptions
  #working: Promise<void> | null = null

  constructor(options: EnsembleOptions) {
    this.#options = options
  }

  get busy(): boolean {
    return this.#working !== null
  }

  /** Call when an evaluation ended, and now and then. */
  advance(): void {
    if (this.#working) return
    const next = this.#ready()
    if (!next) return
    this.#working = this.#finish(next).finally(() => {
      this.#working = null
      this.#options.onChange()
    })
  }

  /** Resolves when no average is being taken. */
  async close(): Promise<void> {
    await this.#working
  }

  /** The first ensemble whose members have all ended, one way or another. */
  #ready(): { id: number; members: Evaluation[] } | null {
    const { evaluations } = this.#options.store
    for (const { id, members: count } of evaluations.open()) {
      if (count < 2) continue
      const members = evaluations.get(id).memberIds.map((memberId) => evaluations.find(memberId))
      if (members.every((member) => member?.state !== 'waiting' && member?.state !== 'running'))
        return { id, members: members.filter((member) => member !== null) }
    }
    return null
  }

  async #finish({ id, members }: { id: number; members: readonly Evaluation[] }): Promise<void> {
    const { store, journal, scores, desk, log } = this.#options
    try {
      const missing = members.find(({ state }) => state !== 'finished')
      const { memberIds } = store.evaluations.get(id)
      if (members.length < memberIds.length) throw new SkiplabError('conflict', 'A member’s evaluation was removed.')
      if (missing) throw new SkiplabError('conflict', notFinished(missing))
      journal.commit((announce) => {
        store.evaluations.start(id, { device: null, epoch: null, checkpointSha256: null, now: Date.now() })
        announce.publish('evaluation.changed', store.evaluations.get(id))
      })
      const outcome = await averageScores(
        memberIds.map((memberId) => scores.path(memberId)),
        scores.path(id),
      )
      // Somebody may have cancelled it meanwhile.
      if (store.evaluations.get(id).state === 'running') endJob(desk, journal, id, { type: 'done', outcome }, 'run')
      else scores.remove(id)
    } catch (error) {
      log(`ensemble ${id}: ${messageOf(error)}`)
      endJob(desk, journal, id, { type: 'refused', reason: messageOf(error) }, 'run')
    }
  }
}

function notFinished({ id, runIds, state, reason }: Evaluation): string {
  return `Evaluation ${id} of its run ${runIds[0]} is ${state}${reason === null ? '' : `: ${reason}`}`
}

/**
 * Averages files of scores row by row.
 * @throws SkiplabError conflict where they are of different images
 */
async function averageScores(paths: readonly string[], into: string): Promise<EvaluationOutcome> {
  const files: ScoreFile[] = []
  try {
    for (const path of paths) files.push(await ScoreFile.open(path))
    const { head } = files[0]!
    const [labels, indices] = [await files[0]!.labels(), await files[0]!.indices()]
    for (const file of files) {
      const same = file.head.images === head.images && file.head.classes === head.classes && file.head.imageSplit === head.imageSplit
      if (!same || !equal(await file.labels(), labels) || !equal(await file.indices(), indices))
        throw new SkiplabError('conflict', 'Its runs were tested on different images, so their scores cannot be averaged.')
    }
    const sums = new ScoreSums(head.classes)
    const scores = await writeScores(into, { ...head, labels, indices, blocks: averages(files, labels, sums) })
    return { results: sums.result(), images: head.images, scores }
  } finally {
    for (const file of files) await file.close()
  }
}

async function* averages(files: readonly ScoreFile[], labels: Int32Array, sums: ScoreSums): AsyncGenerator<Float32Array> {
  const others = files.slice(1).map((file) => file.blocks())
  for await (const { start, scores } of files[0]!.blocks()) {
    const total = Float64Array.from(scores)
    for (const other of others) {
      const block = await other.next()
      if (!block.done) block.value.scores.forEach((score, at) => (total[at]! += score))
    }
    const mean = Float32Array.from(total, (sum) => sum / files.length)
    sums.add(mean, labels.subarray(start, start + scores.length / files[0]!.head.classes))
    yield mean
  }
}

function equal(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}
