import { clock } from '../clock-words.ts'
import { formatBytes } from '../format-bytes.ts'
import { localPlace, type PlaceStatus } from './place.ts'

/** Says how a place does, in one word or two. */
export function placeStateWords(state: PlaceStatus['state']): string {
  return { unknown: 'not looked at yet', ready: 'ready', paused: 'paused', away: 'away' }[state]
}

/** What a run tells of places. */
interface RunPlaces {
  readonly place?: string | undefined
  readonly trainedAt?: string | undefined
  readonly traffic?: { readonly sentBytes: number; readonly fetchedBytes: number } | undefined
}

/** How a place is reached: "ssh me@lab2", "Slurm, partition gpu, behind ssh login". */
export function placeRoute({ ssh, slurm }: Pick<PlaceStatus['settings'], 'ssh' | 'slurm'>): string {
  const ways = [
    slurm ? `Slurm${slurm.partition === null ? '' : `, partition ${slurm.partition}`}` : null,
    ssh === null ? null : `ssh ${ssh}`,
  ]
  return ways.filter((way) => way !== null).join(', behind ')
}

/** Where a run may train. @param place null: wherever a slot is free */
export function boundWords(place: string | null | undefined): string {
  if (place === null || place === undefined) return 'anywhere'
  return place === localPlace ? 'this machine' : place
}

/** Where a run trained last, and where it may train; null for one of this machine that is bound to nothing. */
export function whereWords({ place, trainedAt }: RunPlaces): string | null {
  if (trainedAt === undefined) return place === undefined ? null : `${boundWords(place)} only`
  return place === undefined || place === trainedAt ? trainedAt : `${trainedAt}; from now on ${boundWords(place)} only`
}

/** "12.3 MB sent, 4.50 MB fetched"; null for a run that was at none. */
export function trafficWords({ traffic }: RunPlaces): string | null {
  return traffic ? `${formatBytes(traffic.sentBytes)} sent, ${formatBytes(traffic.fetchedBytes)} fetched` : null
}

/** "up to 3 jobs of 8 h, one after the other" */
export function jobsWords(jobs: number, limitMs: number): string {
  const minutes = Math.round(limitMs / 60_000)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  const limit = [hours > 0 ? `${hours} h` : null, rest > 0 ? `${rest} min` : null].filter((part) => part !== null).join(' ')
  return `up to ${jobs} jobs of ${limit}, one after the other`
}

/** Kind of the event that asks what is to become of runs at a place that is out of reach for long. */
export const overdueKind = 'place-overdue'

/** Says what is known of runs at a place that is out of reach, and what becomes of them. */
export function lostWords({ settings, lostSince, runIds, trouble }: PlaceStatus): string {
  const hours = settings.lostHours
  return (
    `${outOfReach(settings.name, lostSince, runIds)}${trouble ? ` ${trouble.words}` : ''} What they do is read when it is back.` +
    (hours === null ? '' : ` After ${hours} h you are asked what is to become of them.`)
  )
}

/** The same once somebody has to say what is to become of them. */
export function overdueWords({ settings, lostSince, runIds, trouble }: PlaceStatus): string {
  return (
    `${outOfReach(settings.name, lostSince, runIds)}${trouble ? ` ${trouble.words}` : ''} ` +
    'Wait, or give up what runs there: it then goes on elsewhere from the last checkpoint that was fetched.'
  )
}

function outOfReach(name: string, since: number | null, runIds: readonly number[]): string {
  const runs = runIds.length === 1 ? `run ${runIds[0]} trains` : `runs ${runIds.join(', ')} train`
  return `${name} is out of reach${since === null ? '' : ` since ${clock(since)}`}; ${runs} there as far as anyone knows.`
}
