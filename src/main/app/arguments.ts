import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Destination } from '../../common/rpc/page-bridge.ts'
import { maximumSweepFileBytes } from '../../common/sweep/sweep.ts'
import { absolutePath, defaultWorkspace } from '../workspace/home-folder.ts'

/**
 * Finds the workspace to open: `--workspace DIR` of the command line, SKIPLAB_WORKSPACE, the last one, or the folder Skiplab
 * in the home folder, in this order.
 * @param folder that relative paths start from: a second start has another than this process
 */
export function workspaceToOpen(argv: readonly string[], environment: NodeJS.ProcessEnv, last: string | null, folder: string): string {
  const chosen = named(argv) ?? (environment.SKIPLAB_WORKSPACE || null)
  return chosen === null ? (last ?? defaultWorkspace()) : absolutePath(chosen, folder)
}

/**
 * Finds where the command line sends the page: to a run by its link, or to a sweep file; null for neither.
 * @param folder that relative paths start from
 */
export function destinationToOpen(argv: readonly string[], folder: string): Destination | null {
  for (const argument of argv.slice(1)) {
    const destination = destinationOfLink(argument) ?? destinationOfFile(argument, folder)
    if (destination) return destination
  }
  return null
}

/** Reads `skiplab://run/12`; null for anything else, since any program of this machine may make such links. */
export function destinationOfLink(link: string): Destination | null {
  const match = /^skiplab:\/\/run\/(\d{1,9})\/?$/.exec(link)
  return match ? { kind: 'run', runId: Number(match[1]) } : null
}

/** Reads a sweep file's text, which the page checks; null for what is no file of that kind and size. */
export function destinationOfFile(path: string, folder: string): Destination | null {
  if (path.startsWith('-') || !/\.(ya?ml|json)$/i.test(path)) return null
  try {
    const file = absolutePath(path, folder)
    if (statSync(file).size > maximumSweepFileBytes) return null
    return { kind: 'sweep', file: basename(file), text: readFileSync(file, 'utf8') }
  } catch {
    return null
  }
}

function named(argv: readonly string[]): string | null {
  for (const [index, argument] of argv.entries()) {
    if (argument === '--workspace') return argv[index + 1] ?? null
    if (argument.startsWith('--workspace=')) return argument.slice('--workspace='.length)
  }
  return null
}
