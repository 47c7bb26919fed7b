import type { SlurmSettings } from '../../../common/places/place.ts'
import { shellWord } from '../../../common/shell-word.ts'
import type { ReadyJob } from '../job-starter.ts'

/** In the job's folder: the job's number, which is written by the first that begins. */
const begunFile = 'slurm-begun'
/** In the job's folder: holds `time-limit` when Slurm told that the time is nearly over. */
export const endFile = 'slurm-end'

const memoryReserve = 1.5
const memoryReserveBytes = 512 * 2 ** 20
const longestWarningSeconds = 300
/** A warning that comes sooner leaves no time to train: Slurm looks at its clock about twice a minute. */
const shortestWarningSeconds = 30

/**
 * How long before the end of its time a job is told to save a checkpoint: a tenth of its time, at least half a minute, at most five.
 * Slurm may tell it up to a minute earlier.
 */
export function warningSeconds(timeMinutes: number | null): number {
  const tenth = timeMinutes === null ? longestWarningSeconds : timeMinutes * 6
  return Math.round(Math.min(longestWarningSeconds, Math.max(shortestWarningSeconds, tenth)))
}

/** Options of sbatch that no setting and no variable of the environment may change: the job's name fences, its folder holds its files. */
export function fixedOptions(job: Pick<ReadyJob, 'name' | 'folder'>, { timeMinutes }: Pick<SlurmSettings, 'timeMinutes'>): string[] {
  return [
    '--parsable',
    `--job-name=${job.name}`,
    `--chdir=${job.folder}`,
    '--output=scheduler.log',
    '--open-mode=append',
    '--requeue',
    `--signal=B:USR1@${warningSeconds(timeMinutes)}`,
    // Nothing of the submitter's environment that is about itself: threads, devices.
    '--export=HOME,USER,LOGNAME,PATH,LANG',
  ]
}

function resourceLines(job: ReadyJob, settings: SlurmSettings): string[] {
  const { partition, gres, account, qos, cpusPerTask, timeMinutes, extra } = settings
  const memoryMb = Math.ceil((job.memoryBytes * memoryReserve + memoryReserveBytes) / 2 ** 20)
  const named = Object.entries({ partition, gres, account, qos, time: timeMinutes })
  return [
    '--nodes=1',
    '--ntasks=1',
    `--cpus-per-task=${Math.max(cpusPerTask, job.device.threads)}`,
    `--mem=${memoryMb}M`,
    ...named.flatMap(([option, value]) => (value === null ? [] : [`--${option}=${value}`])),
    ...extra, // Last: of two lines that say the same, Slurm takes the later one.
  ]
}

/**
 * Writes the script of a job. It begins once: a second start, because Slurm requeued the job or a lost answer was asked for again, leaves
 * at once, since the run goes on in a job of its next attempt.
 */
export function jobScript(job: ReadyJob, settings: SlurmSettings): string {
  const options = resourceLines(job, settings).map((option) => `#SBATCH ${option}`)
  return `#!/bin/sh
${options.join('\n')}

# Written by Skiplab. Begins once: where it began before, the run goes on in another job.
if ! (set -C; echo "$SLURM_JOB_ID" > ${begunFile}) 2> /dev/null; then
  if [ -s ${begunFile} ]; then
    echo "job $SLURM_JOB_ID: job $(cat ${begunFile}) began here before; this one leaves"
    exit 0
  fi
  echo "job $SLURM_JOB_ID: $(pwd) cannot be written on $(uname -n): is its disk full, or not shared?" >&2
  exit 73
fi
echo "job $SLURM_JOB_ID on $(uname -n)"
${job.argv.map(shellWord).join(' ')} &
child=$!
# Slurm sends USR1 to this shell alone, before the job's time is over.
trap 'echo time-limit > ${endFile}; kill -USR1 "$child"' USR1
trap 'kill -TERM "$child"' TERM
# A signal ends the wait, and the child may go on for a while.
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" 2> /dev/null || break
done
exit "$code"
`
}

/**
 * Hands a script on standard input to sbatch, once for a job's folder ($1) and name ($2), with sbatch's options behind them: where the
 * answer of an earlier try was lost, the number that it got is printed. What Slurm refused for its constraints, it remembers as failed.
 */
export const submitScript = `cd "$1" || exit 74
name=$2
shift 2
if [ -s slurm-job ]; then cat slurm-job; exit 0; fi
cat > slurm-script || exit 73
found=$(squeue --noheader --me --states=all --name="$name" --format='%A %T %r') || exit
number=$(echo "$found" | grep -v 'FAILED BadConstraints' | sed -n '1s/ .*//p')
if [ -z "$number" ]; then number=$(sbatch "$@" slurm-script) || exit; fi
echo "$number" > slurm-job.part && mv slurm-job.part slurm-job
echo "$number"`
