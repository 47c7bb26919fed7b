import { closeSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Flag O_CLOEXEC of open(2): closed when another program is started. All that Node opens has it. */
const closeOnExec = 0o2000000

/**
 * Closes, on Linux, what this process was handed by the command that started it, which would otherwise wait for an engine that outlives
 * it: a script's lock (`flock` on descriptor 200), the other end of somebody's pipe. Electron hands all its open files to every child, its
 * profile's databases and sockets, so the shell asks (SKIPLAB_CLOSE_INHERITED) for all that this process cannot have opened itself to be
 * closed: call it first, while Node's own files are only pipes, event descriptors and devices.
 */
export function closeInheritedFiles(): void {
  if (process.platform !== 'linux') return
  const fromElectron = process.env.SKIPLAB_CLOSE_INHERITED === '1'
  delete process.env.SKIPLAB_CLOSE_INHERITED
  for (const fd of readdirSync('/proc/self/fd').map(Number)) {
    if (fd <= 2) continue
    try {
      if (isInherited(fd) || (fromElectron && isNoneOfNodes(readlinkSync(`/proc/self/fd/${fd}`)))) closeSync(fd)
    } catch {
      // The listing's own descriptor is gone by now.
    }
  }
}

function isInherited(fd: number): boolean {
  const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]
  return flags !== undefined && (parseInt(flags, 8) & closeOnExec) === 0
}

function isNoneOfNodes(target: string): boolean {
  return target.startsWith('socket:') || (target.startsWith('/') && (!target.startsWith('/dev/') || target.startsWith('/dev/shm/')))
}
