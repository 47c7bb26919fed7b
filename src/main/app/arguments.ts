import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * The workspace to open: `--workspace DIR` of the command line, SKIPLAB_WORKSPACE, the last one, or the folder Skiplab
 * in the home folder, in this order.
 */
export function workspaceToOpen(argv: readonly string[], environment: NodeJS.ProcessEnv, last: string | null): string {
  return resolve(named(argv) ?? (environment.SKIPLAB_WORKSPACE || null) ?? last ?? join(homedir(), 'Skiplab'))
}

function named(argv: readonly string[]): string | null {
  for (const [index, argument] of argv.entries()) {
    if (argument === '--workspace') return argv[index + 1] ?? null
    if (argument.startsWith('--workspace=')) return argument.slice('--workspace='.length)
  }
  return null
}
