import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The clone's folder. */
export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** A path in the clone. */
export function inProject(...parts) {
  return join(projectRoot, ...parts)
}

/**
 * How to run npm with the running Node, as the start of a command line; npm's script file where it can be found, so that no shell is
 * needed.
 */
export function npmCommand() {
  const named = process.env.npm_execpath
  if (named && /npm-cli\.js$/.test(named) && existsSync(named)) return [process.execPath, named]
  const folder = dirname(process.execPath)
  for (const candidate of [
    join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(folder, '..', 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
  ]) {
    if (existsSync(candidate)) return [process.execPath, candidate]
  }
  return ['npm']
}
