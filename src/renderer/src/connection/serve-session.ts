import {
  exportsPath,
  pageProtocol,
  sessionPath,
  sessionReplySchema,
  socketPath,
  tokenProtocolPrefix,
} from '../../../common/rpc/page-bridge.ts'
import { splitToken } from './serve-token.ts'

const tokenKey = 'skiplab-token'
const wantedKey = 'skiplab-wanted'
/**
 * Key in local storage, shared by all tabs of this origin: the socket's path for this browser's cookie. The path is no secret by itself.
 */
const doorKey = 'skiplab-door'

/** Takes the token from the address's fragment, once, and keeps it in this tab only; then opens the view that was asked for before. */
export function takeToken(address: string): void {
  const { token, view } = splitToken(address)
  if (token) {
    sessionStorage.setItem(tokenKey, token)
    history.replaceState(null, '', `${location.pathname}#${view || (sessionStorage.getItem(wantedKey) ?? '/')}`)
    sessionStorage.removeItem(wantedKey)
  } else if (sessionStorage.getItem(tokenKey) === null) sessionStorage.setItem(wantedKey, location.hash.slice(1))
}

export function enterToken(address: string): boolean {
  const { token } = splitToken(address)
  if (!token) return false
  sessionStorage.setItem(tokenKey, token)
  sessionStorage.removeItem(wantedKey)
  location.reload()
  return true
}

/** Finds the socket for this tab: by its own token, else by the cookie that the browser got in another tab; null without either. */
export function socketAddress(): { url: string; protocols: string[] } | null {
  const base = `ws://${location.host}${socketPath}`
  const token = sessionStorage.getItem(tokenKey)
  if (token) return { url: base, protocols: [pageProtocol, tokenProtocolPrefix + token] }
  const door = localStorage.getItem(doorKey)
  return door ? { url: `${base}/${door}`, protocols: [pageProtocol] } : null
}

/** Address of an archive for this browser's cookie; null before it has one. */
export function exportAddress(name: string): string | null {
  const door = localStorage.getItem(doorKey)
  return door && `${socketPath}/${door}/${exportsPath}/${encodeURIComponent(name)}`
}

/**
 * Exchanges this tab's token for a cookie, so that links opened in new tabs, bookmarks and restored tabs work. Without one this tab
 * works all the same.
 */
export async function rememberBrowser(): Promise<void> {
  const token = sessionStorage.getItem(tokenKey)
  if (!token) return
  try {
    const reply = await fetch(sessionPath, { method: 'POST', headers: { Authorization: `Bearer ${token}` } })
    if (reply.ok) localStorage.setItem(doorKey, sessionReplySchema.parse(await reply.json()).door)
  } catch {
    // Cookies or storage are switched off, or the server has just gone: the next connection tries again.
  }
}
