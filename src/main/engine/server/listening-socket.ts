import { chmodSync, renameSync, rmSync } from 'node:fs'
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
    const mask = isFile ? process.umask(0o177) : 0
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(bound, resolve)
      })
    } finally {
      if (isFile) process.umask(mask)
    }
    server.on('error', this.#onError)
    this.#server = server
    if (!isFile) return
    chmodSync(bound, 0o600)
    this.#identity = folderIdentity(bound)
    renameSync(bound, this.#path)
  }

  /** Whether the socket's file was removed or replaced, so that nobody reaches this process any more. */
  get isLost(): boolean {
    return isFile && this.#server !== null && folderIdentity(this.#path) !== this.#identity
  }

  /** Listens again where the file {@link isLost}; connections stay. */
  async restore(): Promise<void> {
    this.#server?.close()
    await this.listen()
  }

  /** Resolves when the last connection has ended; the file goes at once, unless it is another's by now. */
  async close(): Promise<void> {
    const server = this.#server
    if (isFile && !this.isLost) rmSync(this.#path, { force: true })
    this.#server = null
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
  }
}
