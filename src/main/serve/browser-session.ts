import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { pageProtocol, sessionPath, socketPath, tokenProtocolPrefix } from '../../common/rpc/page-bridge.ts'

/** How long, in seconds, a browser that showed the token once is let in. */
const rememberedSeconds = 30 * 24 * 3600

/**
 * How further tabs of a browser get in. Who shows the token gets a cookie, which no script can read, and the name of a door: the path
 * under which alone browsers send that cookie. The page keeps the door where only its own origin, port included, can read it. Cookies
 * are shared by all ports of this machine, so other servers on it never see this one: they would have to guess the door. Both are
 * derived from the workspace's token, so they outlive a restart, and the cookie from the port too: it opens no other.
 */
export class BrowserSession {
  readonly #token: string

  constructor(token: string) {
    this.#token = token
  }

  get door(): string {
    return this.#derive('door').slice(0, 32)
  }

  /** Makes the value of the header `Set-Cookie`. */
  cookie(port: number): string {
    return (
      `${cookieName(port)}=${this.#value(port)}; Path=${socketPath}/${this.door}; HttpOnly; SameSite=Strict; ` +
      `Max-Age=${rememberedSeconds}`
    )
  }

  /** Tells whether a request to {@link sessionPath} carries the token. */
  showsToken(request: IncomingMessage): boolean {
    return request.url === sessionPath && equalSecrets(request.headers.authorization ?? '', `Bearer ${this.#token}`)
  }

  /**
   * Why a request for the socket is refused; null when it carries the token, or the cookie at its door. Host and Origin were checked
   * before.
   */
  refusal(request: IncomingMessage, port: number): '401 Unauthorized' | '404 Not Found' | null {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim())
    if (!offered.includes(pageProtocol)) return '401 Unauthorized'
    const token = offered.find((part) => part.startsWith(tokenProtocolPrefix))?.slice(tokenProtocolPrefix.length)
    if (token !== undefined)
      return !equalSecrets(token, this.#token) ? '401 Unauthorized' : request.url === socketPath ? null : '404 Not Found'
    const known = equalSecrets(request.url ?? '', `${socketPath}/${this.door}`)
    return known && equalSecrets(readCookie(request.headers.cookie ?? '', cookieName(port)), this.#value(port)) ? null : '401 Unauthorized'
  }

  /** Gives what stands behind the door in a request's path, for who brings the cookie; null for others. */
  behindDoor(request: IncomingMessage, port: number): string | null {
    const door = `${socketPath}/${this.door}/`
    const { url = '' } = request
    const isKnown = equalSecrets(url.slice(0, door.length), door)
    if (!isKnown || !equalSecrets(readCookie(request.headers.cookie ?? '', cookieName(port)), this.#value(port))) return null
    return url.slice(door.length)
  }

  #value(port: number): string {
    return this.#derive(`cookie of port ${port}`)
  }

  #derive(purpose: string): string {
    return createHmac('sha256', this.#token).update(purpose).digest('hex')
  }
}

function cookieName(port: number): string {
  return `skiplab-${port}`
}

function readCookie(header: string, name: string): string {
  const own = header
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
  return own?.slice(name.length + 1) ?? ''
}

function equalSecrets(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
