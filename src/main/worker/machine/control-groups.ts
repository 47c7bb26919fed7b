import { readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** What the control groups around this process allow: containers, systemd, Slurm. Infinity where they set no limit. */
export interface GroupLimits {
  /** The smallest memory limit of any group around this process. */
  readonly memoryBytes: number
  /** What that leaves: the smallest of limit minus use, where file cache that can be dropped does not count as used. */
  readonly availableBytes: number
  /** CPU time per time, in cores; 1.5 is one core and a half. */
  readonly cores: number
}

type Read = (path: string) => string

/** A hierarchy of groups that is mounted here. */
interface Mount {
  readonly version: 1 | 2
  /** Controllers of a version 1 hierarchy. */
  readonly controllers: readonly string[]
  /** The group at the mount's own top, as /proc/self/cgroup counts: a container sees only its part of the tree. */
  readonly root: string
  readonly folder: string
}

/** Reads the limits of this process's groups and of every group above them, in both versions of control groups. */
export function groupLimits(read: Read = (path) => readFileSync(path, 'utf8')): GroupLimits {
  const mounts = parseMounts(attempt(read, '/proc/self/mountinfo') ?? '')
  const limits = { memoryBytes: Infinity, availableBytes: Infinity, cores: Infinity }
  for (const { version, controllers, path } of parseGroups(attempt(read, '/proc/self/cgroup') ?? '')) {
    const mount = mounts.find((each) => each.version === version && controllers.every((name) => each.controllers.includes(name)))
    if (!mount) continue
    for (const folder of foldersUpward(mount, path)) {
      const file = (name: string) => attempt(read, `${folder}/${name}`)
      if (version === 2 || controllers.includes('memory')) {
        const memory = version === 2 ? memoryLimit(file('memory.max'), file('memory.high')) : memoryLimit(file('memory.limit_in_bytes'))
        limits.memoryBytes = Math.min(limits.memoryBytes, memory)
        if (memory < Infinity) limits.availableBytes = Math.min(limits.availableBytes, Math.max(0, memory - usedBytes(version, file)))
      }
      if (version === 2) limits.cores = Math.min(limits.cores, coresOf(file('cpu.max')?.split(/\s+/) ?? []))
      else if (controllers.includes('cpu'))
        limits.cores = Math.min(limits.cores, coresOf([file('cpu.cfs_quota_us'), file('cpu.cfs_period_us')]))
    }
  }
  return limits
}

/** Reads lines such as `4:memory:/slurm/job_7` and `0::/user.slice`. */
function parseGroups(text: string): { version: 1 | 2; controllers: string[]; path: string }[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(\d+):([^:]*):(\/.*)$/.exec(line)
    if (!match) return []
    const controllers = match[2] === '' ? [] : match[2]!.split(',')
    return [{ version: controllers.length === 0 ? 2 : 1, controllers, path: match[3]! }]
  })
}

/** Reads lines such as `32 31 0:29 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory`. */
function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line): Mount[] => {
    const [own = '', kind = ''] = line.split(' - ')
    const [, , , root, folder] = own.split(' ').map(unescapeSpaces)
    const [type, , options = ''] = kind.split(' ')
    if (root === undefined || folder === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return []
    return [{ version: type === 'cgroup2' ? 2 : 1, controllers: options.split(','), root, folder }]
  })
}

/** Undoes the kernel's escapes: it writes a space in a path as \040. */
function unescapeSpaces(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
}

/** Lists the group's folder and those above it, as far as they are mounted. A group outside the mount counts as the mount's top. */
function foldersUpward({ root, folder }: Mount, path: string): string[] {
  const below = posix.relative(root, path)
  const inside = below !== '' && !below.startsWith('..') ? below.split('/') : []
  return Array.from({ length: inside.length + 1 }, (_, up) => [folder, ...inside.slice(0, inside.length - up)].join('/'))
}

/** Version 2's `memory.high` slows a group down so much that it is a limit as well. No limit is "max", or in version 1 nearly 2^63. */
function memoryLimit(...texts: (string | null)[]): number {
  const limits = texts.map((text) => Number(text?.trim() || NaN)).filter((limit) => limit > 0 && limit < 2 ** 62)
  return Math.min(Infinity, ...limits)
}

function usedBytes(version: 1 | 2, file: (name: string) => string | null): number {
  const used = Number(file(version === 2 ? 'memory.current' : 'memory.usage_in_bytes') ?? 0)
  const cache = (version === 2 ? /^inactive_file (\d+)$/m : /^total_inactive_file (\d+)$/m).exec(file('memory.stat') ?? '')
  return used - Number(cache?.[1] ?? 0)
}

/** Turns microseconds of CPU time in each period of so many into cores; "max" or -1 is no limit. */
function coresOf([quota, period]: readonly (string | null | undefined)[]): number {
  const cores = Number(quota) / Number(period)
  return cores > 0 ? cores : Infinity
}

function attempt(read: Read, path: string): string | null {
  try {
    return read(path)
  } catch {
    return null
  }
}
