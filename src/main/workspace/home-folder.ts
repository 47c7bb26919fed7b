import { existsSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { SkiplabError } from '../../common/failure.ts'

/** Folder that holds the default workspace, below the home folder. */
const defaultName = 'Skiplab'

/**
 * Finds the home folder: HOME, or the account's own where HOME is empty or relative (Node takes either as it is).
 * @throws SkiplabError bad-input when neither is known
 */
export function homeFolder(): string {
  const home = homedir()
  if (isAbsolute(home)) return home
  const account = accountHome()
  if (account !== null && isAbsolute(account)) return account
  throw new SkiplabError(
    'bad-input',
    `HOME is ${home === '' ? 'empty' : `"${home}", which is no absolute path`}, and this account has no home folder. Set ` +
      'HOME, or name a folder with --workspace.',
  )
}

export function defaultWorkspace(): string {
  return join(homeFolder(), defaultName)
}

/**
 * Makes a path absolute that a person wrote. `~` and `~/...` mean the home folder also where no shell has replaced them: behind `=` in
 * an option, in variables, in files of settings.
 * @param base folder from which relative paths start; the working directory unless said otherwise
 * @throws SkiplabError bad-input for `~name/...`, unless something of that name is there, and for bytes that are no UTF-8
 */
export function absolutePath(path: string, base?: string): string {
  const absolute = isAbsolute(path) ? resolve(path) : withoutHome(path, base)
  // What stands for bytes that are no UTF-8: the system has another name than we were given.
  if (absolute.includes('\uFFFD') && !existsSync(absolute)) {
    throw new SkiplabError(
      'bad-input',
      `The path "${absolute}" is no UTF-8, which Node cannot pass on. Rename it, or make a link to it (ln -s) whose path is plain.`,
    )
  }
  return absolute
}

function withoutHome(path: string, from: string | undefined): string {
  if (path === '~') return homeFolder()
  if (/^~[/\\]/.test(path)) return resolve(homeFolder(), path.slice(2))
  const base = from ?? workingFolder(path)
  const user = /^~([a-z_][\w-]*)(?:\/|$)/.exec(path)
  if (user && !existsSync(resolve(base, user[0]))) {
    throw new SkiplabError(
      'bad-input',
      `"${path}" starts with another account's home folder, which only a shell knows. Write the folder out, or ./${path} for ` +
        'one of that name.',
    )
  }
  return resolve(base, path)
}

function workingFolder(path: string): string {
  try {
    return process.cwd()
  } catch {
    throw new SkiplabError(
      'bad-input',
      `"${path}" starts from the working directory, which is gone. Change to another folder (cd), or write the path out.`,
    )
  }
}

function accountHome(): string | null {
  try {
    return userInfo().homedir
  } catch {
    return null
  }
}
