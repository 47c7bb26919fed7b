import { readFileSync } from 'node:fs'

/**
 * Largest resident set of this process since it started its program. On Linux VmHWM rather than getrusage, whose
 * figure a child inherits from the parent that forked it; the same choice as in peer/measure.py.
 */
export function peakRssBytes(): number {
  try {
    const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (kibibytes) return Number(kibibytes) * 1024
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024
}
