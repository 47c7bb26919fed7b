import type { Partition } from '../../../common/places/place.ts'
import { slurmMinutes, slurmTime } from '../../../common/places/slurm-time.ts'

/** Asks for partitions: name (`*` after the default one), state, limit of time, then nodes of one kind: count, CPUs, MB, GRES. */
export const sinfoCommand: readonly string[] = ['sinfo', '--noheader', '--format=%P|%a|%l|%D|%c|%m|%G']

interface Nodes {
  readonly isDefault: boolean
  readonly state: string
  readonly limit: string
  readonly kinds: string[]
}

/** Reads what {@link sinfoCommand} printed: a line for each kind of node in a partition. */
export function parsePartitions(text: string): Partition[] {
  const partitions = new Map<string, Nodes>()
  for (const line of text.split('\n')) {
    const [name, state, limit, count, cpus, megabytes, gres] = line.trim().split('|')
    if (!name || gres === undefined) continue
    const key = name.replace(/\*$/, '')
    const found = partitions.get(key) ?? { isDefault: name.endsWith('*'), state: state!, limit: limit!, kinds: [] }
    found.kinds.push(nodeWords(count!, cpus!, megabytes!, gres))
    partitions.set(key, found)
  }
  return [...partitions].map(([name, partition]) => {
    const minutes = slurmMinutes(partition.limit)
    const limitMinutes = minutes === null || minutes === Infinity ? null : minutes
    return { name, words: partitionWords(partition), isDefault: partition.isDefault, limitMinutes }
  })
}

function nodeWords(count: string, cpus: string, megabytes: string, gres: string): string {
  const gigabytes = (parseInt(megabytes, 10) / 1024).toFixed(1)
  const devices = gres === '(null)' || gres === '' ? '' : `, ${gres.replace(/\(S:[^)]*\)/g, '')}`
  return `${count} ${count === '1' ? 'node' : 'nodes'} of ${cpus} CPUs, ${gigabytes} GB${devices}`
}

function partitionWords({ isDefault, state, limit, kinds }: Nodes): string {
  const minutes = slurmMinutes(limit)
  const time = minutes === null ? limit : minutes === Infinity ? 'no limit of time' : `at most ${slurmTime(minutes)}`
  return [...(isDefault ? ['default'] : []), state, ...kinds, time].join('; ')
}
