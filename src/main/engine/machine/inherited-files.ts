import { closeSync, readdirSync, readlinkSync } from 'node:fs'

/**
 * On Linux, Electron hands its open files to every child: its profile's databases and the sockets of whoever started it, which would
 * then wait for an engine that outlives the window. So the shell asks (SKIPLAB_CLOSE_INHERITED) for what this process cannot have
 * opened itself to be closed: call it first, while Node's own files are only pipes, event descriptors and devices.
 */
export function closeInheritedFiles(): void {
  if (process.platform !== 'linux' || process.env.SKIPLAB_CLOSE_INHERITED !== '1') return
  delete process.env.SKIPLAB_CLOSE_INHERITED
  for (const fd of readdirSync('/proc/self/fd').map(Number)) {
    if (fd <= 2) continue
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`)
      if (target.startsWith('socket:') || (target.startsWith('/') && (!target.startsWith('/dev/') || target.startsWith('/dev/shm/')))) closeSync(fd)
    } catch {
      // The listing's own descriptor is gone by now.
    }
  }
}
