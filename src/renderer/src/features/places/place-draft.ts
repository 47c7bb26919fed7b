import { type PlaceSettings, placeSettingsSchema } from '../../../../common/places/place.ts'
import { slurmMinutes, slurmTime } from '../../../../common/places/slurm-time.ts'

/** A field of the form, all of which hold text. */
interface Field {
  readonly key: string
  readonly title: string
  readonly placeholder: string
  readonly hint?: string
}

export const generalFields = [
  { key: 'sshConfig', title: 'SSH configuration', placeholder: '~/.ssh/config' },
  { key: 'folder', title: 'Folder there', placeholder: '~/.cache/skiplab-place', hint: 'takes about 1 GB, and the data sets' },
  { key: 'slots', title: 'Runs side by side', placeholder: 'one a GPU', hint: 'else one' },
  { key: 'threads', title: 'Threads of a run', placeholder: 'shared cores', hint: 'on the CPU' },
  { key: 'fetchMinutes', title: 'Fetch checkpoints', placeholder: '10', hint: 'minutes, at most, and at the end' },
  { key: 'lostHours', title: 'Ask when lost for', placeholder: 'never', hint: 'hours out of reach' },
] as const satisfies readonly Field[]

export const slurmFields = [
  { key: 'partition', title: 'Partition', placeholder: 'the cluster’s own' },
  { key: 'gres', title: 'Resources', placeholder: 'gpu:1', hint: 'without them runs train on CPUs' },
  { key: 'time', title: 'Time of a job', placeholder: 'the partition’s own', hint: '08:00:00; a longer run takes several jobs' },
  { key: 'maxJobs', title: 'Jobs in the queue', placeholder: '8', hint: 'at most' },
  { key: 'cpusPerTask', title: 'CPUs of a job', placeholder: '1' },
  { key: 'account', title: 'Account', placeholder: 'your own' },
  { key: 'qos', title: 'QOS', placeholder: 'the cluster’s own' },
  { key: 'extra', title: 'Further lines', placeholder: '--mem=64G; --constraint=avx512', hint: 'options of sbatch, with ; between them' },
] as const satisfies readonly Field[]

type TextKey = 'name' | 'ssh' | (typeof generalFields)[number]['key'] | (typeof slurmFields)[number]['key']
/** What stands in the form. */
export type PlaceDraft = Record<TextKey, string> & { slurm: boolean; cpuOnly: boolean }

export function emptyDraft(): PlaceDraft {
  const general = { name: '', ssh: '', sshConfig: '', folder: '', slots: '', threads: '', fetchMinutes: '', lostHours: '6' }
  const ofSlurm = { partition: '', gres: '', time: '', maxJobs: '', cpusPerTask: '', account: '', qos: '', extra: '' }
  return { ...general, ...ofSlurm, slurm: false, cpuOnly: false }
}

export function draftOf({ slurm, device, ...settings }: PlaceSettings): PlaceDraft {
  const text = (value: string | number | null | undefined): string => (value === null || value === undefined ? '' : String(value))
  const { name, ssh, sshConfig, folder, slots, threads, fetchMinutes, lostHours } = settings
  return {
    ...{ name, folder, ssh: text(ssh), sshConfig: text(sshConfig), slots: text(slots), threads: text(threads) },
    ...{ fetchMinutes: text(fetchMinutes), lostHours: text(lostHours), slurm: slurm !== null, cpuOnly: device === 'cpu' },
    ...{ partition: text(slurm?.partition), gres: text(slurm?.gres), account: text(slurm?.account), qos: text(slurm?.qos) },
    time: slurm?.timeMinutes === null || slurm?.timeMinutes === undefined ? '' : slurmTime(slurm.timeMinutes),
    ...{ maxJobs: text(slurm?.maxJobs), cpusPerTask: text(slurm?.cpusPerTask), extra: slurm?.extra.join('; ') ?? '' },
  }
}

/** Reads the form. @returns the settings, or what is wrong with them in words; neither while it lacks its name or its way */
export function readDraft(draft: PlaceDraft): { settings: PlaceSettings | null; problem: string | null } {
  const word = (text: string): string | null => text.trim() || null
  const given = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text))
  const slurm = {
    ...{ partition: word(draft.partition), gres: word(draft.gres), account: word(draft.account), qos: word(draft.qos) },
    ...{ cpusPerTask: given(draft.cpusPerTask), maxJobs: given(draft.maxJobs) },
    timeMinutes: word(draft.time) === null ? null : (slurmMinutes(draft.time) ?? NaN),
    extra: draft.extra
      .split(';')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  }
  const parsed = placeSettingsSchema.safeParse({
    ...{ name: draft.name.trim(), ssh: word(draft.ssh), sshConfig: word(draft.sshConfig), folder: word(draft.folder) ?? undefined },
    ...{ slots: given(draft.slots) ?? null, threads: given(draft.threads) ?? null, fetchMinutes: given(draft.fetchMinutes) },
    ...{ lostHours: given(draft.lostHours) ?? null, device: draft.cpuOnly ? 'cpu' : 'auto', slurm: draft.slurm ? slurm : null },
  })
  if (draft.name.trim() === '' || (draft.ssh.trim() === '' && !draft.slurm)) return { settings: null, problem: null }
  if (parsed.success) return { settings: parsed.data, problem: null }
  const [issue] = parsed.error.issues
  const field = String(issue?.path.find((part) => part !== 'slurm') ?? '')
  return { settings: null, problem: problems[field] ?? `${titleOf(field)}: ${issue?.message ?? 'this cannot be'}.` }
}

const problems: Readonly<Record<string, string>> = {
  name: 'A name is of letters, digits, dots, hyphens and underscores, and not “here”.',
  ssh: 'A destination is what ssh takes, such as me@lab2.',
  timeMinutes: 'A time of a job is 08:00:00, 1-12:00:00, or minutes, and two minutes at least.',
}

function titleOf(key: string): string {
  return [...generalFields, ...slurmFields].find((field) => field.key === key)?.title ?? key
}
