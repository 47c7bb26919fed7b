import { createLogUpdate } from 'log-update'
import { connectEngine } from '../client/client.ts'
import type { Context } from './command.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { printable } from './format.ts'
import { type FollowedJob, type JobCalls, JobFollower, type JobListener } from './job-follower.ts'
import type { Output } from './output.ts'
import { isLive, obstaclesOf } from './progress-view.ts'

/** How one kind of work on checkpoints is shown while it is followed. */
export interface JobWords<Job extends FollowedJob, Progress> extends JobCalls<Job, Progress> {
  /** Name of its number in JSON: "evaluationId". */
  readonly idName: string
  /** "run 3, residual-20 A, 10-crop" */
  title(job: Job): string
  /** What a finished one came to. */
  result(job: Job): string
  /** Parts of the line of a running one; empty ones are left out. @param progress null before the first */
  progressParts(job: Job, progress: Progress | null): string[]
}

/**
 * Follows jobs until they have ended: a line for each that ends, and on a terminal one for each that runs. Ctrl-C leaves them running.
 * @throws CommandEnd interrupted
 */
export async function followJobs<Job extends FollowedJob, Progress>(
  context: Context,
  words: JobWords<Job, Progress>,
  ids: readonly number[],
): Promise<Job[]> {
  const view = new JobView(context.output, words)
  const follower = new JobFollower(() => connectEngine({ workspace: context.workspace }), words, ids, view)
  let interrupted = false
  const interrupt = () => {
    interrupted = true
    follower.stop()
  }
  process.on('SIGINT', interrupt)
  try {
    await follower.follow()
  } finally {
    process.removeListener('SIGINT', interrupt)
    view.stop()
  }
  if (!interrupted) return follower.jobs
  context.output.note(`The ${words.plural} go on in the background. End them with: npx skiplab ${words.plural} cancel ${ids.join(' ')}`)
  throw new CommandEnd(exitCodes.interrupted)
}

class JobView<Job extends FollowedJob, Progress> implements JobListener<Job, Progress> {
  readonly #output: Output
  readonly #words: JobWords<Job, Progress>
  readonly #update: ReturnType<typeof createLogUpdate> | null
  readonly #running = new Map<number, { job: Job; progress: Progress | null }>()
  #obstacles = ''

  constructor(output: Output, words: JobWords<Job, Progress>) {
    this.#output = output
    this.#words = words
    this.#update = isLive(process.stderr) ? createLogUpdate(process.stderr) : null
  }

  progress(id: number, progress: Progress): void {
    const running = this.#running.get(id)
    if (running) running.progress = progress
    this.#draw()
  }

  status(status: Parameters<JobListener<Job, Progress>['status']>[0]): void {
    const obstacles = obstaclesOf(status, Date.now()).join(' ')
    if (obstacles !== '' && obstacles !== this.#obstacles) this.#say(obstacles)
    this.#obstacles = obstacles
  }

  changed(job: Job): void {
    const { id, state, reason } = job
    if (state === 'running') this.#running.set(id, { job, progress: null })
    else this.#running.delete(id)
    this.#output.value({ type: 'state', [this.#words.idName]: id, state, reason })
    if (state === 'finished') this.#say(`${this.#words.title(job)}: ${this.#words.result(job)}`)
    else if (reason !== null) this.#say(`${this.#words.title(job)}: ${state}: ${printable(reason)}`)
    this.#draw()
  }

  /** Takes the lines of running ones away. */
  stop(): void {
    this.#update?.clear()
  }

  #say(text: string): void {
    this.#update?.clear()
    this.#output.note(text)
  }

  #draw(): void {
    this.#update?.([...this.#running.values()].map(({ job, progress }) => this.#line(job, progress)).join('\n'))
  }

  #line(job: Job, progress: Progress | null): string {
    return [this.#words.title(job), ...this.#words.progressParts(job, progress)]
      .filter((part) => part !== '')
      .join('  ')
      .slice(0, Math.max(40, process.stderr.columns - 1))
  }
}

/** "running: gradients, 42 %, 3 min left"; the state alone of a job that does not run. @param progress of running ones by number */
export function stateWords<Job extends FollowedJob, Progress>(
  job: Job,
  { progressParts }: Pick<JobWords<Job, Progress>, 'progressParts'>,
  progress: ReadonlyMap<number, Progress>,
): string {
  const known = job.state === 'running' ? progress.get(job.id) : undefined
  if (known === undefined) return job.state
  return `running: ${progressParts(job, known)
    .filter((part) => part !== '')
    .join(', ')}`
}

/** "40 %"; empty before anything is known. */
export function shareDone(progress: { readonly done: number; readonly total: number } | null): string {
  return progress && progress.total > 0 ? `${Math.floor((100 * progress.done) / progress.total)} %` : ''
}
