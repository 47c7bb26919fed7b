import { createReadStream, lstatSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { exportsPath } from '../../common/rpc/page-bridge.ts'
import { pageHeaders } from '../client/page-files.ts'

/** An archive that the engine has written: a plain name, nothing hidden, nothing above. */
const archiveName = /^[^./\\][^/\\]*\.zip$/

/**
 * Sends an archive from the workspace's exports, as large as it may be.
 * @param path what stands behind the door
 * @returns false when it names no such archive
 */
export function sendExport(folder: string, path: string, response: ServerResponse): boolean {
  const name = nameIn(path)
  if (name === null) return false
  const file = join(folder, name)
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (!found?.isFile()) return false
  response.writeHead(200, {
    ...pageHeaders('self'),
    'Content-Type': 'application/zip',
    'Content-Length': found.size,
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    'Cache-Control': 'no-store',
  })
  // A browser that goes away in the middle ends the stream, and that is all.
  pipeline(createReadStream(file), response).catch(() => undefined)
  return true
}

function nameIn(path: string): string | null {
  const prefix = `${exportsPath}/`
  if (!path.startsWith(prefix)) return null
  try {
    const name = decodeURIComponent(path.slice(prefix.length))
    return archiveName.test(name) && !name.includes('\0') ? name : null
  } catch {
    return null
  }
}
