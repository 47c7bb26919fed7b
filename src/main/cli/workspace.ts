import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** `--workspace`, else SKIPLAB_WORKSPACE, else the folder Skiplab in the home folder. */
export function workspaceFolder(option: string | undefined): string {
  const chosen = option ?? process.env.SKIPLAB_WORKSPACE
  return chosen ? resolve(chosen) : join(homedir(), 'Skiplab')
}
