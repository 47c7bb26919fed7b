import { existsSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { SkiplabError } from '../../common/failure.ts'

/** Folder that holds the default workspace, below the home folder. */
const defaultName = 'Skiplab'

/**
 * The home folder: HOME, or the account's own where HOME is empty or relative (Node takes either as it is).
 * @throws SkiplabError bad-input when neither is known
 */
export function homeFolder(): string {
  const home = homedir()
  if (isAbsolute(home)) return home
  const account = accountHome()
  if (account !== null && isAbsolute(account)) return account
  throw new SkiplabError('bad-input', `HOME is ${home === '' ? 'empty' : `"${home}", which is no absolute path`}, and this account has no home folder. Set HOME, or name a folder with --workspace.`)
}

export function defaultWorkspace(): string {
  return join(homeFolder(), defaultName)
}

/**
 * A path as a person writes it, made absolute. `~` and `~/...` mean the home folder also where no shell has replaced them: behind `=` in
 * an option, in variables, in files of settings.
 * @param base folder from which relative paths start
 * @throws SkiplabError bad-input for `~name/...`, unless something of that name is there
 */
export function absolutePath(path: string, base = process.cwd()): string {
  if (path === '~') return homeFolder()
  if (/^~[/\\]/.test(path)) return resolve(homeFolder(), path.slice(2))
  const user = /^~([a-z_][\w-]*)(?:\/|$)/.exec(path)
  if (user && !existsSync(resolve(base, user[0]))) {
    throw new SkiplabError('bad-input', `"${path}" starts with another account's home folder, which only a shell knows. Write the folder out, or ./${path} for one of that name.`)
  }
  return resolve(base, path)
}

function accountHome(): string | null {
  try {
    return userInfo().homedir
  } catch {
    return null
  }
}
