import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

export interface StaticFile {
  readonly body: Buffer
  readonly type: string
}

/**
 * Reads a file of the built page.
 * @param path of the URL, still percent-encoded
 * @returns null for what does not exist, lies outside the folder, or is of a kind the page has none of
 */
export async function readPageFile(folder: string, path: string): Promise<StaticFile | null> {
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    return null
  }
  if (decoded.includes('\0')) return null
  const file = normalize(join(folder, decoded === '/' ? 'index.html' : decoded))
  const type = types[extname(file)]
  if (!type || !file.startsWith(normalize(folder) + sep)) return null
  try {
    return { body: await readFile(file), type }
  } catch {
    return null
  }
}

/** Makes the headers of every page file; `connect` says where the page may connect to. */
export function pageHeaders(connect: 'none' | 'self'): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src '${connect}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-cache',
  }
}
