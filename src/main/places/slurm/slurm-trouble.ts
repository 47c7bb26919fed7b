import type { PlaceTroubleKind, SlurmSettings } from '../../../common/places/place.ts'
import { PlaceTrouble } from '../place-trouble.ts'
import type { CommandResult } from '../shell.ts'

interface Meaning {
  readonly pattern: RegExp
  readonly kind: PlaceTroubleKind
  readonly words: (settings: SlurmSettings) => string
}

const named = (what: string, value: string | null): string => (value === null ? `a ${what}` : `the ${what} "${value}"`)

/** What Slurm's commands say when they fail, and what can be done; the first that fits counts. */
const meanings: readonly Meaning[] = [
  {
    pattern: /Unable to contact slurm controller|Socket timed out|connect failure|Connection refused|Zero Bytes were transmitted|standby/i,
    kind: 'unreachable',
    words: () => 'Slurm’s controller (slurmctld) does not answer; Skiplab tries again. Jobs that run go on without it',
  },
  {
    pattern: /munge|authentication|Invalid credential/i,
    kind: 'unreachable',
    words: () => 'Slurm’s authentication (munge) does not work there; Skiplab tries again. Is munged running, and are the clocks right?',
  },
  {
    pattern: /temporarily unable|Resource temporarily unavailable|MaxSubmitJob|job count limit/i,
    kind: 'unreachable',
    words: ({ maxJobs }) => `Slurm’s queue takes no more jobs from you now; Skiplab tries again. Fewer than --max-jobs ${maxJobs} may fit`,
  },
  {
    pattern: /invalid partition/i,
    kind: 'scheduler',
    words: ({ partition }) => `Slurm has not ${named('partition', partition)} (any more): "sinfo" lists those there are; change the place`,
  },
  {
    pattern: /Invalid (?:generic resource|gres)|invalid.*gres/i,
    kind: 'scheduler',
    words: ({ gres }) => `Slurm has no nodes with ${named('resource', gres)}: "sinfo -o %P,%G" lists them; change --gres`,
  },
  {
    pattern: /Invalid account|Invalid qos|invalid.*reservation/i,
    kind: 'scheduler',
    words: ({ account, qos }) =>
      `Slurm does not take account ${account ?? '(none)'} with QOS ${qos ?? '(none)'} from you: "sacctmgr show assoc" lists yours`,
  },
  {
    pattern: /time limit|WallDuration|Job violates accounting/i,
    kind: 'scheduler',
    words: () => 'Slurm allows no job of this time or size there: give the place a shorter --time or fewer resources',
  },
  {
    pattern: /node configuration is not available|Memory specification|More processors requested|CPU count.*not/i,
    kind: 'scheduler',
    words: ({ cpusPerTask }) =>
      `No node of the partition has what a run needs (${cpusPerTask} CPUs, its memory, its GPU): change the place`,
  },
  {
    pattern: /Invalid feature/i,
    kind: 'scheduler',
    words: ({ extra }) => `No node has the features that the further lines ask for (${extra.join(' ')}): "sinfo -o %N,%f" lists them`,
  },
  {
    pattern: /No space left|Disk quota exceeded|I\/O error writing/i,
    kind: 'disk-full',
    words: () => 'The disk there, or your share of it, is full: make room there',
  },
  {
    pattern: /command not found|: not found|spawn s\w+ ENOENT/i,
    kind: 'missing',
    words: () => 'Slurm’s commands are not on the PATH of this login: name the login node with --ssh, or load Slurm in its shell’s profile',
  },
]

/** Says why a command of Slurm failed, with its own words at the end. */
export function slurmTrouble(command: string, { code, stdout, stderr }: CommandResult, settings: SlurmSettings): PlaceTrouble {
  const said = (stderr.trim() || stdout.trim())
    .split('\n')
    .map((line) => line.trim().replace(/^\w+: (?:error: )?/, ''))
    .filter((line) => line !== '')
    .join('; ')
  const meaning = code === 127 ? meanings.at(-1)! : meanings.find(({ pattern }) => pattern.test(stderr))
  const words = meaning?.words(settings) ?? `${command} failed with exit code ${code}`
  return new PlaceTrouble(meaning?.kind ?? 'scheduler', `${words}${said === '' ? '' : ` (${said.slice(0, 300)})`}.`)
}
