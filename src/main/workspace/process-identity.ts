import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Reads when a process started, as the system writes it: together with it a process number names one process for good. Null when unknown
 * or gone.
 */
export function processStartedAt(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // The command's name, in brackets, may hold spaces; the start time is the 20th field after it.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
      return fields[0] === 'Z' ? null : `${boot} ${fields[19]}`
    }
    if (process.platform === 'win32') return null
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null
  }
}

/** Reads a process's program and arguments, with blanks between them. Null when unknown or gone. */
export function commandLineOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || null
    if (process.platform === 'win32') return null
    return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null
  }
}

/** Tells whether a worker's parent is an engine: workers that a dead engine left behind have another parent. */
export function hasLivingEngine(pid: number): boolean {
  const parent = parentOf(pid)
  return parent !== null && (commandLineOf(parent)?.includes('engine.cjs') ?? false)
}

function parentOf(pid: number): number | null {
  try {
    if (process.platform === 'linux')
      return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) || null
    if (process.platform === 'win32') return null
    return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }).trim()) || null
  } catch {
    return null
  }
}

/** Ends a process for good, but only if it still is the one that started then. @returns whether it was there */
export function killIfSame(pid: number, startedAt: string | null): boolean {
  if (startedAt === null || processStartedAt(pid) !== startedAt) return false
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch {
    return false
  }
}
