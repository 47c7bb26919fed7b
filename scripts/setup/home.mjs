// The home folder, and paths below it as people write them into variables.
import { homedir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { SetupProblem } from './problem.mjs'

/** HOME, or the account's own folder where HOME is empty or relative; Node would take either as it is. */
export function homeFolder() {
  const home = homedir()
  if (isAbsolute(home)) return home
  const account = accountHome()
  if (account !== null && isAbsolute(account)) return account
  throw new SetupProblem(`HOME is "${home}", and this account has no home folder.`, 'set HOME to a folder of your own.')
}

/** Replaces a leading `~`, as a shell does, in what a variable holds: quotes and files of settings keep shells from it. */
export function withHome(path) {
  return path === '~' || /^~[/\\]/.test(path) ? join(homeFolder(), path.slice(1)) : path
}

function accountHome() {
  try {
    return userInfo().homedir
  } catch {
    return null
  }
}
