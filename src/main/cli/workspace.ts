import { SkiplabError } from '../../common/failure.ts'
import { absolutePath, defaultWorkspace } from '../workspace/home-folder.ts'

/**
 * `--workspace`, else SKIPLAB_WORKSPACE, else the folder Skiplab in the home folder.
 * @throws SkiplabError bad-input
 */
export function workspaceFolder(option: string | undefined): string {
  // Likely a variable without a value: the home folder would be a surprise.
  if (option === '') throw new SkiplabError('bad-input', 'Expected a folder after --workspace; got an empty text.')
  const chosen = option ?? process.env.SKIPLAB_WORKSPACE
  return chosen ? absolutePath(chosen) : defaultWorkspace()
}
