import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { folderIdentity } from '../../workspace/folder-identity.ts'

const isFile = process.platform !== 'win32'

/**
 * Listens on a Unix socket for this user alone, or on a Windows pipe. The socket is bound under a name of this process and then moved to
 * its path: Node removes the name that it bound when it closes, and by then the socket of another engine may lie at the path.
 */
export class ListeningSocket {
  readonly #path: string
  readonly #accept: (socket: Socket) => void
  readonly #onError: (error: Error) => void
  #server: Server | null = null
  #identity: string | null = null
  #isClosed = false
  /** Resolve when the last connection of each server has ended that no longer listens. */
  readonly #ends: Promise<void>[] = []

  constructor(path: string, accept: (socket: Socket) => void, onError: (error: Error) => void) {
    this.#path = path
    this.#accept = accept
    this.#onError = onError
  }

  /** Takes the path over: whoever holds the workspace's lock owns it, so what lies there was left by a crashed engine. */
  async listen(): Promise<void> {
    const server = createServer(this.#accept)
    // No longer than engine.sock: paths of sockets may not be long.
    const bound = isFile ? join(dirname(this.#path), `e${process.pid.toString(36)}.sock`) : this.#path
    if (isFile) rmSync(bound, { force: true })
    const listening = new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.once('listening', resolve)
    })
    bind(server, bound)
    await listening
    server.on('error', this.#onError)
    this.#server = server
    if (this.#isClosed) this.#end()
    if (this.#isClosed || !isFile) return
    chmodSync(bound, 0o600)
    renameSync(bound, this.#path)
    this.#identity = folderIdentity(this.#path)
  }

  /** Whether the socket's file was removed or replaced, so that nobody reaches this process any more. */
  get isLost(): boolean {
    return isFile && this.#server !== null && folderIdentity(this.#path) !== this.#identity
  }

  /**
   * Listens again where the file {@link isLost}; connections stay.
   * @throws Error of the system where that cannot be; may be tried again
   */
  async restore(): Promise<void> {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    const lost = this.#server
    await this.listen()
    if (lost) this.#ends.push(ended(lost))
  }

  /** Resolves when the last connection has ended; the file goes at once, unless it is another's by now. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (isFile && this.#server && !this.isLost) rmSync(this.#path, { force: true })
    this.#end()
    await Promise.all(this.#ends)
  }

  #end(): void {
    if (this.#server) this.#ends.push(ended(this.#server))
    this.#server = null
  }
}

/** The socket comes to be within the call, while nobody but this user may use new files. */
function bind(server: Server, path: string): void {
  const mask = isFile ? process.umask(0o177) : 0
  try {
    server.listen(path)
  } finally {
    if (isFile) process.umask(mask)
  }
}

async function ended(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()))
}
