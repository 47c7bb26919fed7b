import { SkiplabError } from '../../../common/failure.ts'
import type { PropagationReport, PropagationRequest } from '../../../common/propagation/propagation.ts'
import { type PropagationJob, propagationAnswerSchema } from '../../../common/rpc/propagation-job.ts'
import { buildNetwork } from '../../../common/network/network.ts'
import { messageOf } from '../../../common/caught.ts'
import type { Datasets } from './datasets.ts'
import { runOneJob } from './one-job.ts'

interface PropagationsOptions {
  readonly datasets: Datasets
  readonly workerScript: string
  readonly environment: (threads: number) => NodeJS.ProcessEnv
  /** Cores that a look may use now. */
  readonly threads: () => number
}

/** How many answers are kept: a person goes back and forth between the networks of a sweep. */
const keptAnswers = 200

/** Sends signals through designs that nobody has queued yet, one at a time, each in a process of its own. */
export class Propagations {
  readonly #options: PropagationsOptions
  readonly #stop = new AbortController()
  readonly #answers = new Map<string, PropagationReport>()
  #last: Promise<unknown> = Promise.resolve()
  #pending = 0

  constructor(options: PropagationsOptions) {
    this.#options = options
  }

  get busy(): boolean {
    return this.#pending > 0
  }

  /**
   * Gives what was found before for the same request.
   * @throws SkiplabError bad-input for a network that cannot be laid out, or images that it does not fit; unavailable when the process ends
   */
  async of(request: PropagationRequest): Promise<PropagationReport> {
    const job = await this.#job(request)
    const key = JSON.stringify({ ...job, threads: 0, data: job.data?.manifest.checksum ?? null })
    const known = this.#answers.get(key)
    if (known) return known
    this.#pending++
    const turn = this.#last.then(() => this.#answers.get(key) ?? this.#run(job))
    this.#last = turn.catch(() => undefined)
    try {
      const found = await turn
      this.#answers.set(key, found)
      if (this.#answers.size > keptAnswers) this.#answers.delete(this.#answers.keys().next().value!)
      return found
    } finally {
      this.#pending--
    }
  }

  /** Ends what is being computed. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#last
  }

  async #job({ dataset, ...asked }: PropagationRequest): Promise<PropagationJob> {
    const { datasets, threads } = this.#options
    requireLayout(asked.network)
    const manifest = dataset === null ? null : await datasets.storedManifest(dataset)
    if (manifest && manifest.classes.length !== asked.network.classes)
      throw new SkiplabError(
        'bad-input',
        `${manifest.name} has ${manifest.classes.length} classes; the network tells ${asked.network.classes} apart.`,
      )
    return { ...asked, threads: threads(), data: manifest && { folder: datasets.folderOf(manifest.name), manifest } }
  }

  async #run(job: PropagationJob): Promise<PropagationReport> {
    const { workerScript, environment } = this.#options
    this.#stop.signal.throwIfAborted()
    const options = { workerScript, environment: environment(job.threads), signal: this.#stop.signal }
    const { answer: given, lastError } = await runOneJob('propagation', job, options)
    const answer = propagationAnswerSchema.safeParse(given)
    if (!answer.success)
      throw new SkiplabError(
        'unavailable',
        `Signal and gradient could not be sent through the network: ${lastError || 'the process was ended'}.`,
      )
    if ('failure' in answer.data) throw new SkiplabError(answer.data.failure.code, answer.data.failure.message)
    return answer.data.propagation
  }
}

/** @throws SkiplabError bad-input */
function requireLayout(network: PropagationRequest['network']): void {
  try {
    buildNetwork(network)
  } catch (error) {
    throw new SkiplabError('bad-input', messageOf(error))
  }
}
