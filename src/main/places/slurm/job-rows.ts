/** A job as squeue or sacct tell of it. */
export interface JobRow {
  /** Slurm's number. */
  readonly number: string
  /** In full and upper case: `PENDING`, `NODE_FAIL`. */
  readonly state: string
  /** Starts after the first. */
  readonly restarts: number
  readonly reason: string
}

const columns = { JobID: 24, State: 24, RestartCnt: 12, Reason: 80 }

/**
 * Asks for all jobs of this user at once, ended ones too as long as Slurm remembers them. Columns of fixed width: only those can tell how
 * often a job was requeued.
 */
export const squeueCommand: readonly string[] = [
  'squeue',
  '--noheader',
  '--me',
  '--states=all',
  `--Format=${Object.entries(columns)
    .map(([name, width]) => `${name}:${width}`)
    .join(',')}`,
]

/** Reads what {@link squeueCommand} printed. */
export function parseSqueue(text: string): JobRow[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      let at = 0
      const [number, state, restarts, reason] = Object.values(columns).map((width) => line.slice(at, (at += width)).trim())
      return { number: number!, state: state!.toUpperCase(), restarts: Number(restarts) || 0, reason: reason! }
    })
    .filter(({ number }) => /^\d/.test(number))
}

/** Asks the cluster's accounts for jobs that squeue has forgotten; each start of a job has a line. */
export function sacctCommand(numbers: readonly string[]): string[] {
  const format = '--format=JobIDRaw,State,ExitCode'
  return ['sacct', '--noheader', '--parsable2', '--allocations', '--duplicates', format, `--jobs=${numbers.join(',')}`]
}

/** Reads what {@link sacctCommand} printed. Of a job that was started several times the last line counts. */
export function parseSacct(text: string): JobRow[] {
  const rows = new Map<string, JobRow>()
  for (const line of text.split('\n')) {
    const [number, state = '', exitCode = ''] = line.trim().split('|')
    if (!number || !/^\d+$/.test(number)) continue
    const restarts = rows.has(number) ? rows.get(number)!.restarts + 1 : 0
    // "CANCELLED by 1000"
    rows.set(number, { number, state: state.split(' ')[0]!.toUpperCase(), restarts, reason: exitCode === '0:0' ? '' : exitCode })
  }
  return [...rows.values()]
}
