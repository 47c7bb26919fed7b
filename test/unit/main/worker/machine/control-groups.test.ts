import { describe, expect, it } from 'vitest'
import { groupLimits } from '../../../../../src/main/worker/machine/control-groups.ts'

const unlimited = { memoryBytes: Infinity, availableBytes: Infinity, cores: Infinity }
const version2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev shared:4 - cgroup2 cgroup2 rw,nsdelegate\n'
const version1 = [
  '31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755',
  '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:7 - cgroup cgroup rw,cpu,cpuacct',
  '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory',
  '40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd',
].join('\n')

/** Reads from these files alone. */
function reading(files: Readonly<Record<string, string>>): (path: string) => string {
  return (path) => {
    const text = files[path]
    if (text === undefined) throw new Error(`ENOENT: ${path}`)
    return text
  }
}

describe('the limits of control groups', () => {
  it('the limits of control groups are none where there are no groups, as on macOS', () => {
    expect(groupLimits(reading({}))).toEqual(unlimited)
  })

  it('the limits of control groups are found in a systemd scope below the root (version 2)', () => {
    const scope = '/sys/fs/cgroup/user.slice/user-1000.slice/run-r1.scope'
    const limits = groupLimits(
      reading({
        '/proc/self/mountinfo': version2,
        '/proc/self/cgroup': '0::/user.slice/user-1000.slice/run-r1.scope\n',
        [`${scope}/memory.max`]: '471859200\n',
        [`${scope}/memory.high`]: 'max\n',
        [`${scope}/memory.current`]: '300000000\n',
        [`${scope}/memory.stat`]: 'anon 1\ninactive_file 100000000\nactive_file 7\n',
        [`${scope}/cpu.max`]: '150000 100000\n',
      }),
    )
    expect(limits).toEqual({ memoryBytes: 471_859_200, availableBytes: 271_859_200, cores: 1.5 })
  })

  it('the limits of control groups are the smallest of any group above, whichever level sets it', () => {
    const limits = groupLimits(
      reading({
        '/proc/self/mountinfo': version2,
        '/proc/self/cgroup': '0::/a/b/c\n',
        '/sys/fs/cgroup/a/memory.max': '2000\n',
        '/sys/fs/cgroup/a/memory.current': '1990\n',
        '/sys/fs/cgroup/a/b/memory.max': '1000\n',
        '/sys/fs/cgroup/a/b/memory.current': '500\n',
        '/sys/fs/cgroup/a/b/c/memory.max': 'max\n',
        '/sys/fs/cgroup/a/cpu.max': '200000 100000\n',
        '/sys/fs/cgroup/a/b/c/cpu.max': 'max 100000\n',
      }),
    )
    expect(limits).toEqual({ memoryBytes: 1000, availableBytes: 10, cores: 2 })
  })

  it('the limits of control groups hold for the soft limit at which version 2 slows a group down', () => {
    const limits = groupLimits(
      reading({
        '/proc/self/mountinfo': version2,
        '/proc/self/cgroup': '0::/s\n',
        '/sys/fs/cgroup/s/memory.max': '900\n',
        '/sys/fs/cgroup/s/memory.high': '700\n',
      }),
    )
    expect(limits.memoryBytes).toBe(700)
  })

  it('the limits of control groups are found in a Slurm job’s nested groups (version 1), among hierarchies without a limit', () => {
    const job = '/slurm/uid_0/job_7'
    const limits = groupLimits(
      reading({
        '/proc/self/mountinfo': version1,
        '/proc/self/cgroup': `9:name=systemd:/\n4:memory:${job}/step_0\n3:cpu,cpuacct:${job}\n0::/\n`,
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
        [`/sys/fs/cgroup/memory${job}/memory.limit_in_bytes`]: '471859200\n',
        [`/sys/fs/cgroup/memory${job}/memory.usage_in_bytes`]: '71859200\n',
        [`/sys/fs/cgroup/memory${job}/memory.stat`]: 'inactive_file 3\ntotal_inactive_file 1000000\n',
        [`/sys/fs/cgroup/memory${job}/step_0/memory.limit_in_bytes`]: '9223372036854771712\n',
        [`/sys/fs/cgroup/cpu,cpuacct${job}/cpu.cfs_quota_us`]: '400000\n',
        [`/sys/fs/cgroup/cpu,cpuacct${job}/cpu.cfs_period_us`]: '100000\n',
        '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
        '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
      }),
    )
    expect(limits).toEqual({ memoryBytes: 471_859_200, availableBytes: 401_000_000, cores: 4 })
  })

  it('the limits of control groups are found in a container that sees only its own part of the tree, under a path with a space', () => {
    const limits = groupLimits(
      reading({
        '/proc/self/mountinfo': '35 31 0:32 /docker/f00 /sys/fs/my\\040groups ro - cgroup cgroup rw,memory\n',
        '/proc/self/cgroup': '4:memory:/docker/f00/inner\n',
        '/sys/fs/my groups/memory.limit_in_bytes': '5000\n',
        '/sys/fs/my groups/inner/memory.limit_in_bytes': '4000\n',
      }),
    )
    expect(limits.memoryBytes).toBe(4000)
  })

  it('the limits of control groups are not taken from files that say nothing of use', () => {
    const limits = groupLimits(
      reading({
        '/proc/self/mountinfo': `${version2}damaged\n\n`,
        '/proc/self/cgroup': 'damaged\n0::/x\n',
        '/sys/fs/cgroup/x/memory.max': '\n',
        '/sys/fs/cgroup/x/cpu.max': '0 0\n',
      }),
    )
    expect(limits).toEqual(unlimited)
  })
})
