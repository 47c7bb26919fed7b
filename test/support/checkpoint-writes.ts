import { existsSync, mkdirSync, readFileSync, watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { killNow } from './lab.ts'

/**
 * Kills a worker while it writes a checkpoint: stops it as soon as the unfinished file is seen, and lets it go on when the write was
 * over by then.
 * @param passing writes that are let pass first
 * @returns whether one was caught; not when the run was over first
 */
export async function killWhileWriting(folder: string, passing: number, isOver: () => boolean): Promise<boolean> {
  mkdirSync(folder, { recursive: true })
  const seen = new Set<string>()
  let caught = false
  const watcher = watch(folder, (_event, name) => {
    if (caught || !name?.endsWith('.incoming') || seen.has(name)) return
    seen.add(name)
    caught = seen.size > passing && killIfWriting(Number(name.split('.').at(-2)), join(folder, name))
  })
  while (!caught && !isOver()) await sleep(20)
  watcher.close()
  return caught
}

function killIfWriting(pid: number, path: string): boolean {
  try {
    process.kill(pid, 'SIGSTOP')
    while (stateOf(pid) !== 'T') if (!existsSync(`/proc/${pid}`)) return false
    const writing = existsSync(path)
    if (writing) killNow(pid)
    else process.kill(pid, 'SIGCONT')
    return writing
  } catch {
    // It ended in this moment.
    return false
  }
}

/** Of a process's main thread, which writes its checkpoints. */
function stateOf(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat[stat.lastIndexOf(')') + 2]
}
