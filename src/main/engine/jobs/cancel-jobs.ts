import type { EvaluationState } from '../../../common/evaluation/evaluation.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { Journal } from '../journal/journal.ts'
import type { JobDesk } from './job-desk.ts'
import type { JobRunner } from './job-runner.ts'

/** A job as commands look at it. */
interface NamedJob {
  readonly id: number
  readonly state: EvaluationState
}

/**
 * Ends waiting and running jobs. @returns their numbers
 * @throws SkiplabError conflict where none of them is to come
 */
export function cancelJobs<Progress, Outcome>(
  desk: JobDesk<Progress, Outcome>,
  runner: JobRunner<Progress, Outcome>,
  journal: Journal,
  jobs: readonly NamedJob[],
): number[] {
  const open = jobs.filter(isOpen)
  const [first] = jobs
  if (open.length === 0 && first)
    throw new SkiplabError('conflict', `Nothing to cancel: ${desk.name} ${first.id} is ${first.state}; expected waiting or running ones.`)
  journal.commit((announce) => {
    for (const { id } of open) {
      if (runner.cancel(id)) continue
      desk.rows.end(id, 'cancelled', 'cancelled on request', Date.now())
      desk.changed(announce, id)
    }
  })
  return open.map(({ id }) => id)
}

/** @throws SkiplabError conflict for one that waits or runs */
export function requireEnded(name: string, { id, state }: NamedJob): void {
  if (isOpen({ id, state })) throw new SkiplabError('conflict', `Nothing was removed: ${name} ${id} is ${state}. Cancel it first.`)
}

function isOpen({ state }: NamedJob): boolean {
  return state === 'waiting' || state === 'running'
}
