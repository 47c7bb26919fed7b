import { analysisNamed, readOptions } from '../../../common/analyses/analyses.ts'
import { type AnalysedCheckpoints, type Analysis, type AnalysisRequest, isOfSeveral } from '../../../common/analyses/analysis.ts'
import type { AnyAnalysis } from '../../../common/analyses/kinds/define-analysis.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { buildNetwork } from '../../../common/network/network.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'
import { cancelJobs, requireEnded } from '../jobs/cancel-jobs.ts'
import { changedDataset } from '../jobs/tested-checkpoint.ts'
import type { Datasets } from '../library/datasets.ts'
import { analysedMembers } from './analysed-checkpoint.ts'
import type { Analyses } from './analyses.ts'
import type { AnalysisDesk } from './analysis-desk.ts'
import type { PartialFiles } from './partial-files.ts'

interface AnalysisCommandOptions {
  readonly store: Store
  readonly journal: Journal
  readonly datasets: Datasets
  readonly runner: Analyses['runner']
  readonly desk: AnalysisDesk
  readonly partials: PartialFiles
  readonly onChange: () => void
}

/** Runs people's commands on analyses. */
export class AnalysisCommands {
  readonly #options: AnalysisCommandOptions

  constructor(options: AnalysisCommandOptions) {
    this.#options = options
  }

  /** @throws SkiplabError before anything is queued */
  async queue({
    again,
    runIds: given,
    options: givenOptions,
    checkpoint: which,
    ...others
  }: AnalysisRequest): Promise<{ analysis: Analysis; reused: boolean }> {
    const { store, journal, onChange } = this.#options
    const definition = analysisNamed(others.kind)
    const asked = [...new Set(given)]
    requireNumber(definition.kind, definition.runs, asked.length)
    const checkpoint = tidied(which)
    const read = readOptions(others.kind, givenOptions)
    const options = isOfSeveral(checkpoint) ? (definition.several?.options?.(read) ?? read) : read
    const runs = asked.map((runId) => store.runs.get(runId))
    for (const run of runs) await this.#requireImages(run, others.split)
    const members = analysedMembers(store, runs, checkpoint)
    if (isOfSeveral(checkpoint)) requireSeveral(definition, members.length)
    const networkOf = new Map(runs.map((run) => [run.id, buildNetwork(run.settings.network)]))
    const networks = members.map(({ run }) => networkOf.get(run.id)!)
    const problem = definition.problem?.(networks, options) ?? null
    if (problem !== null) throw new SkiplabError('bad-input', problem)
    const terms = { ...others, checkpoint, options, runIds: members.map(({ run }) => run.id) }
    const known = store.analyses.same(
      terms,
      members.map((member) => member.checkpoint?.sha256 ?? null),
    )
    if (known && !(again && known.state === 'finished')) return { analysis: known, reused: true }
    const cost = { memoryBytes: definition.memoryBytes(networks, options), work: definition.work(networks, options) }
    const epochs = members.map(({ epoch }) => epoch)
    const id = journal.commit((announce) => {
      const inserted = store.analyses.insert({ ...terms, epochs, ...cost, queuedAt: Date.now() })
      announce.publish('analysis.changed', store.analyses.get(inserted))
      return inserted
    })
    onChange()
    return { analysis: store.analyses.get(id), reused: false }
  }

  /** @throws SkiplabError where the run's data set is not what it was, or has no such images */
  async #requireImages(run: RunSummary, split: Analysis['split']): Promise<void> {
    const { dataset, recipe } = run.settings
    const planned = await this.#options.datasets.forPlanning(dataset.name)
    if (planned.checksum !== dataset.checksum) throw changedDataset(run)
    if (split === 'validation' && (planned.splits.validation?.count ?? recipe.validationSize) === 0)
      throw new SkiplabError('bad-input', `Run ${run.id} validates on no images, so it has no validation split; take test or train.`)
  }

  /** @throws SkiplabError not-found; conflict where none of them is to come */
  cancel(analysisIds: readonly number[]): { analysisIds: number[] } {
    const { store, journal, runner, desk, partials, onChange } = this.#options
    const all = [...new Set(analysisIds)].map((id) => store.analyses.get(id))
    const cancelled = cancelJobs(desk, runner, journal, all)
    for (const id of cancelled) if (store.analyses.get(id).state === 'cancelled') partials.remove(id)
    onChange()
    return { analysisIds: cancelled }
  }

  /** @throws SkiplabError where one is not there or is to come; then none is removed */
  remove(analysisIds: readonly number[]): { analysisIds: number[] } {
    const ids = [...new Set(analysisIds)]
    for (const id of ids) requireEnded('analysis', this.#options.store.analyses.get(id))
    this.#removeAll(ids)
    return { analysisIds: ids }
  }

  /** Ends those of runs that are being removed. */
  endOfRuns(runIds: readonly number[]): void {
    const open = this.#options.store.analyses.list(runIds, ['waiting', 'running'])
    if (open.length > 0) this.cancel(open.map(({ id }) => id))
  }

  /** Removes all that look at a run whose data is deleted. */
  removeOfRun(runId: number): void {
    this.#removeAll(this.#options.store.analyses.idsOfRun(runId))
  }

  #removeAll(ids: readonly number[]): void {
    const { store, journal, partials } = this.#options
    if (ids.length === 0) return
    journal.commit((announce) => {
      for (const id of ids) store.analyses.remove(id, Date.now())
      announce.publish('analyses.removed', { analysisIds: [...ids] })
    })
    for (const id of ids) {
      partials.remove(id)
      partials.removeLogs(id)
    }
  }
}

/** Epochs each once, in their order; one alone is no list. */
function tidied(which: AnalysedCheckpoints): AnalysedCheckpoints {
  if (!Array.isArray(which)) return which
  const [first, ...others] = [...new Set(which)].sort((a, b) => a - b)
  return others.length === 0 ? first! : [first!, ...others]
}

function requireSeveral({ kind, several }: AnyAnalysis, checkpoints: number): void {
  if (!several) throw new SkiplabError('bad-input', `The analysis ${kind} takes one checkpoint of each run; got several.`)
  if (checkpoints <= several.most) return
  throw new SkiplabError('bad-input', `The analysis ${kind} takes ${several.most} checkpoints of all runs at most; got ${checkpoints}.`)
}

function requireNumber(kind: string, { min, max }: { readonly min: number; readonly max: number }, runs: number): void {
  if (runs >= min && runs <= max) return
  const expected = min === max ? `${min} ${min === 1 ? 'run' : 'different runs'}` : `${min} to ${max} different runs`
  throw new SkiplabError('bad-input', `The analysis ${kind} takes ${expected}; got ${runs}.`)
}
