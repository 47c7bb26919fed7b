import { createLogUpdate } from 'log-update'
import pc from 'picocolors'
import type { EngineStatus, EpochRecord, RunProgress, RunSummary } from '../../common/records/records.ts'
import { formatDuration, formatPercent, formatTime, printable } from './format.ts'
import type { Output } from './output.ts'
import { isBadOutcome } from './run-state.ts'
import type { FollowerListener, RunFollower } from './run-follower.ts'

/** Shows followed runs: a live line a run on a terminal, a plain line an epoch elsewhere; JSON lines with `--json`. */
export interface ProgressView {
  readonly listener: FollowerListener
  /** Starts drawing; before, events are only collected. */
  start(follower: RunFollower): void
  /** Leaves the last state on the screen. */
  stop(): void
  /** A remark above the live lines. */
  remark(text: string): void
}

const redrawMs = 200

export function createProgressView(output: Output): ProgressView {
  const stream = output.json ? process.stderr : process.stdout
  return isLive(stream) ? new LiveView(output, stream) : new PlainView(output)
}

/** Tells whether lines can be redrawn. Some terminals of remote tools have no size, and nothing can be drawn there. */
export function isLive(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && process.env.TERM !== 'dumb' && stream.rows > 0 && stream.columns > 0
}

/** Writes one line an epoch, and one when the queue stops or goes on. */
class PlainView implements ProgressView {
  readonly listener: FollowerListener
  readonly #output: Output
  #obstacles = ''

  constructor(output: Output) {
    this.#output = output
    this.listener = {
      epoch: (run, { epoch }) => {
        output.value({ type: 'epoch', runId: run.id, name: run.name, epoch })
        output.text(epochLine(run, epoch))
      },
      state: (run) => {
        output.value({ type: 'state', runId: run.id, name: run.name, state: run.state, reason: run.reason })
        output.text(stateLine(run))
      },
      status: (status) => {
        // By what is in the way and not by its words, in which times of day change at midnight.
        const obstacles = JSON.stringify([status.paused, status.diskFull, status.closedUntil])
        const words = obstaclesOf(status, Date.now())
        if (obstacles === this.#obstacles) return
        if (words.length > 0) output.note(words.join(' '))
        else if (this.#obstacles !== '') output.note('Nothing keeps runs from starting any more.')
        this.#obstacles = obstacles
      },
      lost: (reason) => output.note(`${reason} Starting the engine again; runs go on from their last checkpoint.`),
    }
  }

  start(): void {
    // Nothing to prepare: lines are written as they come.
  }

  stop(): void {
    // Nothing to tidy up.
  }

  remark(text: string): void {
    this.#output.text(text)
  }
}

/** Redraws one line for each running run. */
class LiveView implements ProgressView {
  readonly listener: FollowerListener
  readonly #output: Output
  readonly #stream: NodeJS.WriteStream
  readonly #update: ReturnType<typeof createLogUpdate>
  #follower: RunFollower | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(output: Output, stream: NodeJS.WriteStream) {
    this.#output = output
    this.#stream = stream
    this.#update = createLogUpdate(stream)
    this.listener = {
      epoch: (run, { epoch }) => output.value({ type: 'epoch', runId: run.id, name: run.name, epoch }),
      state: (run) => {
        output.value({ type: 'state', runId: run.id, name: run.name, state: run.state, reason: run.reason })
        if (run.state === 'finished' || isBadOutcome(run)) this.remark(stateLine(run))
      },
      lost: (reason) => this.remark(`${reason} Starting the engine again; runs go on from their last checkpoint.`),
    }
  }

  start(follower: RunFollower): void {
    this.#follower = follower
    this.#draw()
    this.#timer = setInterval(() => this.#draw(), redrawMs)
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    this.#update.clear()
  }

  remark(text: string): void {
    this.#update.clear()
    this.#output.text(text)
    this.#draw()
  }

  #draw(): void {
    if (!this.#follower || !this.#timer) return
    const width = Math.max(40, this.#stream.columns)
    this.#update(
      liveLines(this.#follower, Date.now())
        .map((line) => cut(line, width - 1))
        .join('\n'),
    )
  }
}

/** @returns plain text lines, the sweep's own last */
export function liveLines(follower: Pick<RunFollower, 'ordered' | 'progress' | 'status'>, now: number): string[] {
  const runs = follower.ordered
  const nameWidth = Math.max(0, ...runs.filter((run) => run.state === 'running').map((run) => run.name.length))
  const running = runs.filter((run) => run.state === 'running').map((run) => runningLine(run, follower.progress.get(run.id), nameWidth))
  const count = (states: readonly string[]) => runs.filter((run) => states.includes(run.state)).length
  const [done, bad] = [count(['finished']), count(['diverged', 'failed', 'held'])]
  const finishAt = follower.status?.forecast?.finishAt ?? null
  const parts = [
    `${done} of ${runs.length} runs finished`,
    ...(bad > 0 ? [`${bad} ended badly`] : []),
    ...(count(['waiting', 'interrupted']) > 0 ? [`${count(['waiting', 'interrupted'])} waiting`] : []),
    ...(follower.status?.paused ? ['queue paused'] : []),
    ...(follower.status?.diskFull ? ['the disk is full: goes on when there is room'] : []),
    ...(follower.status?.closedUntil ? [`outside the training hours until ${formatTime(follower.status.closedUntil, now)}`] : []),
    ...(finishAt !== null && finishAt > now ? [`${formatDuration(finishAt - now)} left, done about ${formatTime(finishAt, now)}`] : []),
  ]
  return [...running, parts.join('  ')]
}

/** Says in sentences why no run starts. */
export function obstaclesOf(status: Pick<EngineStatus, 'paused' | 'diskFull' | 'closedUntil'>, now: number): string[] {
  return [
    ...(status.paused ? ['The queue is paused: no run starts until it is resumed with: npx skiplab queue resume'] : []),
    ...(status.diskFull ? ['The workspace’s disk is full: no run starts until there is room.'] : []),
    ...(status.closedUntil === null ? [] : [`Outside the training hours: no run starts before ${formatTime(status.closedUntil, now)}.`]),
  ]
}

function runningLine(run: RunSummary, progress: RunProgress | undefined, nameWidth: number): string {
  const name = printable(run.name).padEnd(nameWidth)
  if (!progress || progress.phase === 'starting') return `${name}  starting`
  const share = progress.totalSteps > 0 ? Math.floor((100 * progress.step) / progress.totalSteps) : 0
  const parts = [
    `epoch ${progress.epoch}/${run.totalEpochs}`,
    `${String(share).padStart(2)} %`,
    progress.phase === 'training' ? `loss ${progress.loss === null ? 'NaN' : progress.loss.toFixed(3)}` : progress.phase,
    `train ${formatPercent(progress.trainError)}`,
    `test ${formatPercent(run.lastEpoch?.results.test.topOneError)}`,
    ...(progress.imagesPerSecond === null ? [] : [`${Math.round(progress.imagesPerSecond)} images/s`]),
    ...(progress.remainingMs === null ? [] : [`${formatDuration(progress.remainingMs)} left`]),
  ]
  return `${name}  ${parts.join('  ')}`
}

function epochLine(run: RunSummary, epoch: EpochRecord): string {
  return [
    `${printable(run.name)}:`,
    `epoch ${epoch.epoch}/${run.totalEpochs}`,
    `loss ${epoch.results.train.loss.toFixed(4)}`,
    `train ${formatPercent(epoch.results.train.topOneError)}`,
    `test ${formatPercent(epoch.results.test.topOneError)}`,
    `${Math.round(epoch.imagesPerSecond)} images/s`,
    formatDuration(epoch.elapsedMs),
  ].join('  ')
}

function stateLine(run: RunSummary): string {
  const name = printable(run.name)
  const reason = run.reason ? `: ${printable(run.reason)}` : ''
  if (run.state === 'finished')
    return (
      pc.green(`${name}: finished`) +
      (`, train ${formatPercent(run.lastEpoch?.results.train.topOneError)}, ` +
        `test ${formatPercent(run.lastEpoch?.results.test.topOneError)}, ` +
        formatDuration(run.trainedMs))
    )
  return isBadOutcome(run) ? pc.red(`${name}: ${run.state}${reason}`) : `${name}: ${run.state}${reason}`
}

function cut(line: string, width: number): string {
  return line.length > width ? `${line.slice(0, width - 1)}…` : line
}
