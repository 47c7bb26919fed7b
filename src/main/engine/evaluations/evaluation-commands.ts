import { estimateEvaluationMemory } from '../../../common/evaluation/memory.ts'
import { multiplyAddsOf, viewGroups } from '../../../common/evaluation/scoring-plan.ts'
import type { Evaluation, EvaluationRequest } from '../../../common/evaluation/evaluation.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { buildNetwork } from '../../../common/network/network.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import type { TestProtocol } from '../../../common/results/protocols.ts'
import type { EvaluationTerms, NewEvaluation } from '../../store/evaluations.ts'
import type { Store } from '../../store/store.ts'
import type { Announcements, Journal } from '../journal/journal.ts'
import type { Datasets, PlannedDataset } from '../library/datasets.ts'
import { cancelJobs, requireEnded } from '../jobs/cancel-jobs.ts'
import { changedDataset, testedCheckpoint } from '../jobs/tested-checkpoint.ts'
import type { EvaluationDesk } from './evaluation-desk.ts'
import type { Evaluations } from './evaluations.ts'
import type { ScoreFiles } from './score-files.ts'

interface EvaluationCommandOptions {
  readonly store: Store
  readonly journal: Journal
  readonly datasets: Datasets
  readonly runner: Evaluations['runner']
  readonly desk: EvaluationDesk
  readonly scores: ScoreFiles
  readonly onChange: () => void
}

/** A run that is to be tested, and what of it. */
interface Tested {
  readonly run: RunSummary
  readonly checkpointSha256: string
  /** By protocol. */
  readonly costs: ReadonlyMap<TestProtocol, Cost>
}

/** Peak memory of a test's worker, and multiply-adds that it computes; null where there is no worker. */
type Cost = Pick<NewEvaluation, 'memoryBytes' | 'work'>

/** Runs people's commands on evaluations. */
export class EvaluationCommands {
  readonly #options: EvaluationCommandOptions

  constructor(options: EvaluationCommandOptions) {
    this.#options = options
  }

  /** @throws SkiplabError before anything is queued */
  async queue(request: EvaluationRequest): Promise<{ evaluations: Evaluation[]; reusedIds: number[] }> {
    const { store, journal, onChange } = this.#options
    const runIds = [...new Set(request.runIds)]
    const protocols = [...new Set(request.protocols)]
    if (request.ensemble && runIds.length < 2)
      throw new SkiplabError('bad-input', `An ensemble takes two different runs or more; got ${runIds.length}.`)
    const tested: Tested[] = []
    for (const runId of runIds) tested.push(await this.#tested(store.runs.get(runId), request, protocols))
    if (request.ensemble) requireSameImages(tested, request)
    const reusedIds: number[] = []
    const ids = journal.commit((announce) =>
      protocols.flatMap((protocol) => this.#queueProtocol(tested, { ...request, protocol }, reusedIds, announce)),
    )
    onChange()
    return { evaluations: ids.map((id) => store.evaluations.get(id)), reusedIds }
  }

  #queueProtocol(
    tested: readonly Tested[],
    terms: EvaluationTerms & Pick<EvaluationRequest, 'ensemble' | 'again'>,
    reusedIds: number[],
    announce: Announcements,
  ): number[] {
    const { evaluations } = this.#options.store
    const reuse = (known: Evaluation | null): number | null => {
      if (!known || (terms.again && known.state === 'finished')) return null
      reusedIds.push(known.id)
      return known.id
    }
    const insert = (members: NewEvaluation['members'], cost: Cost): number => {
      const { checkpoint, split, protocol, batchStatistics } = terms
      const id = evaluations.insert({ checkpoint, split, protocol, batchStatistics, members, ...cost, queuedAt: Date.now() })
      announce.publish('evaluation.changed', evaluations.get(id))
      return id
    }
    const memberIds = tested.map(
      ({ run, checkpointSha256, costs }) =>
        reuse(evaluations.ofRun(run.id, terms, checkpointSha256)) ??
        insert([{ runId: run.id, memberId: null }], costs.get(terms.protocol)!),
    )
    if (!terms.ensemble) return memberIds
    const members = memberIds.map((memberId, index) => ({ memberId, runId: tested[index]!.run.id }))
    return [...memberIds, reuse(evaluations.ofMembers(memberIds, terms)) ?? insert(members, { memoryBytes: 0, work: null })]
  }

  async #tested(run: RunSummary, request: EvaluationRequest, protocols: readonly TestProtocol[]): Promise<Tested> {
    const { store, datasets } = this.#options
    const { recipe, dataset } = run.settings
    const checkpoint = testedCheckpoint(store, run, request.checkpoint)
    const planned = await datasets.forPlanning(dataset.name)
    if (planned.checksum !== dataset.checksum) throw changedDataset(run)
    const images = imagesOf(run, planned, request)
    const network = buildNetwork(run.settings.network)
    const isAveraged = request.batchStatistics !== 'moving'
    if (isAveraged && !network.layers.some(({ kind }) => kind === 'batch-normalization'))
      throw new SkiplabError('bad-input', `Run ${run.id} is without BN, so it has no batch statistics; leave them at moving.`)
    const costs = protocols.map((protocol) => {
      const groups = viewGroups(protocol, { network, recipe, manifest: planned })
      const programs = groups.map((group) => ({ network: group.network, images: group.batchSize }))
      const statistics = isAveraged ? [{ network, images: recipe.microBatchSize ?? recipe.batchSize }] : []
      const averaged = isAveraged ? (planned.splits.train.count - recipe.validationSize) * network.multiplyAdds : 0
      const memoryBytes = estimateEvaluationMemory([...programs, ...statistics], images)
      return [protocol, { memoryBytes, work: images * multiplyAddsOf(groups) + averaged }] as const
    })
    return { run, checkpointSha256: checkpoint.sha256, costs: new Map(costs) }
  }

  /** @throws SkiplabError not-found; conflict where none of them is to come */
  cancel(evaluationIds: readonly number[]): { evaluationIds: number[] } {
    const { store, journal, runner, desk, onChange } = this.#options
    const all = [...new Set(evaluationIds)].map((id) => store.evaluations.get(id))
    const cancelled = cancelJobs(desk, runner, journal, all)
    onChange()
    return { evaluationIds: cancelled }
  }

  /** @throws SkiplabError where one is not there, is to come, or an ensemble needs it; then none is removed */
  remove(evaluationIds: readonly number[]): { evaluationIds: number[]; bytes: number } {
    const { store } = this.#options
    const ids = [...new Set(evaluationIds)]
    for (const evaluation of ids.map((each) => store.evaluations.get(each))) {
      requireEnded('evaluation', evaluation)
      const { id } = evaluation
      const needed = store.evaluations.ensemblesOf(id).find((ensemble) => {
        const { state: of } = store.evaluations.get(ensemble)
        return !ids.includes(ensemble) && (of === 'waiting' || of === 'running')
      })
      if (needed !== undefined)
        throw new SkiplabError('conflict', `Nothing was removed: the ensemble ${needed} still needs evaluation ${id}. Cancel it first.`)
    }
    return { evaluationIds: ids, bytes: this.#removeAll(ids) }
  }

  /** Ends those of runs that are being removed. */
  endOfRuns(runIds: readonly number[]): void {
    const { evaluations } = this.#options.store
    const open = evaluations.list(runIds, ['waiting', 'running'])
    if (open.length > 0) this.cancel(open.map(({ id }) => id))
  }

  /** Removes all that test a run whose data is deleted. */
  removeOfRun(runId: number): void {
    this.#removeAll(this.#options.store.evaluations.idsOfRun(runId))
  }

  #removeAll(ids: readonly number[]): number {
    const { store, journal, scores } = this.#options
    if (ids.length === 0) return 0
    journal.commit((announce) => {
      for (const id of ids) store.evaluations.remove(id, Date.now())
      announce.publish('evaluations.removed', { evaluationIds: [...ids] })
    })
    for (const id of ids) scores.removeLogs(id)
    return ids.reduce((sum, id) => sum + scores.remove(id), 0)
  }
}

/** @returns how many images are tested. @throws SkiplabError bad-input for a split that the run does not have */
function imagesOf({ id, settings }: RunSummary, { splits }: PlannedDataset, { split }: EvaluationRequest): number {
  if (split === 'test') return splits.test.count
  const count = splits.validation?.count ?? settings.recipe.validationSize
  if (count === 0) throw new SkiplabError('bad-input', `Run ${id} validates on no images, so it has no validation split; test it on test.`)
  return count
}

/** @throws SkiplabError bad-input for runs whose scores cannot be averaged */
function requireSameImages(tested: readonly Tested[], { split }: EvaluationRequest): void {
  const [first, ...others] = tested.map(({ run }) => run)
  const imagesKey = ({ settings: { dataset, recipe } }: RunSummary) =>
    JSON.stringify([dataset.checksum, ...(split === 'test' ? [] : [recipe.validationSize, recipe.splitSeed])])
  const differing = others.find((run) => imagesKey(run) !== imagesKey(first!))
  if (!differing) return
  const [one, other] = [first!, differing].map(({ id, settings }) => `run ${id} is of ${settings.dataset.name}`)
  const orSplit = split === 'test' ? '' : ', or they hold out other validation images'
  throw new SkiplabError('bad-input', `An ensemble is tested on images that all its runs know: ${one}, ${other}${orSplit}.`)
}
