import { readFileSync } from 'node:fs'

/**
 * Processes that the kernel's out-of-memory killer has ended since the machine started, in every control group; null where the system
 * does not tell.
 */
export function oomKills(file = '/proc/vmstat'): number | null {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1]
    return count === undefined ? null : Number(count)
  } catch {
    return null
  }
}
