import type { JobState } from '../../../common/places/job-state.ts'
import type { Partition, SlurmSettings } from '../../../common/places/place.ts'
import type { JobStarter, MakeSlurmStarter, ReadyJob } from '../job-starter.ts'
import { PlaceTrouble } from '../place-trouble.ts'
import type { CommandResult, Shell } from '../shell.ts'
import { endFile, fixedOptions, jobScript, submitScript } from './job-script.ts'
import { type JobRow, parseSacct, parseSqueue, sacctCommand, squeueCommand } from './job-rows.ts'
import { forgotten, jobStateOf, outOfTime } from './job-states.ts'
import { parsePartitions, sinfoCommand } from './partitions.ts'
import { slurmTrouble } from './slurm-trouble.ts'

/** A job in Slurm as the database keeps it: its number and its folder. */
interface Handle {
  readonly number: string
  readonly folder: string
}

const handleOf = ({ number, folder }: Handle): string => `${number}@${folder}`

function parseHandle(text: string): Handle {
  const at = text.indexOf('@')
  return at < 0 ? { number: text, folder: '' } : { number: text.slice(0, at), folder: text.slice(at + 1) }
}

/** Prints those of the folders whose job was told that its time is nearly over. */
const outOfTimeScript = `for folder; do [ -s "$folder/${endFile}" ] && echo "$folder"; done; true`

/** Starts jobs with `sbatch`, watches all of them with one `squeue`, ends them with `scancel`. */
class SlurmStarter implements JobStarter {
  readonly #shell: Shell
  readonly #settings: SlurmSettings
  /** Whether the cluster keeps accounts; asked until it said no. */
  #hasAccounts = true

  constructor(shell: Shell, settings: SlurmSettings) {
    this.#shell = shell
    this.#settings = settings
  }

  async start(job: ReadyJob): Promise<string> {
    const argv = ['sh', '-c', submitScript, 'sh', job.folder, job.name, ...fixedOptions(job, this.#settings)]
    const result = await this.#shell.run(argv, { stdin: jobScript(job, this.#settings) })
    // "17;cluster" in a federation.
    const number = /^(\d+)(?:;\S+)?$/m.exec(result.stdout.trim())?.[1]
    if (result.code !== 0 || number === undefined) throw slurmTrouble('sbatch', result, this.#settings)
    return handleOf({ number, folder: job.folder })
  }

  async states(handles: readonly string[]): Promise<ReadonlyMap<string, JobState>> {
    if (handles.length === 0) return new Map()
    const jobs = new Map(handles.map((handle) => [handle, parseHandle(handle)]))
    const rows = new Map(parseSqueue((await this.#slurm(squeueCommand)).stdout).map((row) => [row.number, row]))
    const lost = [...jobs.values()].map(({ number }) => number).filter((number) => !rows.has(number))
    for (const row of await this.#accounts(lost)) rows.set(row.number, row)
    const states = new Map([...jobs].map(([handle, { number }]) => [handle, stateOf(rows.get(number))]))
    await this.#markOutOfTime(jobs, states)
    await this.#endRequeued(jobs, rows, states)
    return states
  }

  async cancel(handles: readonly string[]): Promise<void> {
    if (handles.length === 0) return
    const numbers = handles.map((handle) => parseHandle(handle).number)
    const result = await this.#shell.run(['scancel', '--quiet', ...numbers])
    const isOver = /Invalid job id|already comple/i.test(result.stderr)
    if (result.code !== 0 && !isOver) throw slurmTrouble('scancel', result, this.#settings)
  }

  /** @throws PlaceTrouble also where the place names a partition that is not there */
  async partitions(): Promise<Partition[]> {
    const found = parsePartitions((await this.#slurm(sinfoCommand)).stdout)
    const names = found.map(({ name }) => name)
    const gone = this.#settings.partition?.split(',').find((name) => !names.includes(name))
    if (gone !== undefined)
      throw new PlaceTrouble(
        'scheduler',
        `Slurm has no partition "${gone}" there; it has ${names.join(', ')}. Change the place's partition.`,
      )
    return found
  }

  /** @throws PlaceTrouble when the command fails */
  async #slurm(argv: readonly string[]): Promise<CommandResult> {
    const result = await this.#shell.run(argv)
    if (result.code !== 0) throw slurmTrouble(argv[0]!, result, this.#settings)
    return result
  }

  async #accounts(numbers: readonly string[]): Promise<JobRow[]> {
    if (numbers.length === 0 || !this.#hasAccounts) return []
    const { code, stdout, stderr } = await this.#shell.run(sacctCommand(numbers))
    if (code === 127 || /accounting storage is disabled/i.test(stderr)) this.#hasAccounts = false
    return code === 0 ? parseSacct(stdout) : []
  }

  /** A job that left in time because its time was nearly over looks like any other to Slurm; its folder knows. */
  async #markOutOfTime(jobs: ReadonlyMap<string, Handle>, states: Map<string, JobState>): Promise<void> {
    const left = [...states].flatMap(([handle, state]) => {
      const isUnexplained = state.state === 'ended' && (state.cause === 'exited' || state.cause === 'gone')
      return isUnexplained && jobs.get(handle)!.folder !== '' ? [handle] : []
    })
    if (left.length === 0) return
    const folders = left.map((handle) => jobs.get(handle)!.folder)
    const { stdout } = await this.#shell.run(['sh', '-c', outOfTimeScript, 'sh', ...folders])
    const found = new Set(stdout.split('\n'))
    for (const handle of left) if (found.has(jobs.get(handle)!.folder)) states.set(handle, outOfTime)
  }

  /** Takes jobs out of the queue that would only begin to leave again. */
  async #endRequeued(
    jobs: ReadonlyMap<string, Handle>,
    rows: ReadonlyMap<string, JobRow>,
    states: ReadonlyMap<string, JobState>,
  ): Promise<void> {
    const requeued = [...states].flatMap(([handle, state]) => {
      const row = rows.get(jobs.get(handle)!.number)
      return state.state === 'ended' && state.cause === 'requeued' && row && !row.state.startsWith('COMPLET') ? [handle] : []
    })
    await this.cancel(requeued)
  }
}

const stateOf = (row: JobRow | undefined): JobState => (row === undefined ? forgotten : jobStateOf(row))

export const makeSlurmStarter: MakeSlurmStarter = (shell, settings) => new SlurmStarter(shell, settings)
