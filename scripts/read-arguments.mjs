import { parseArgs } from 'node:util'

/**
 * Reads the options of a script; wrong ones end it with one line and its usage.
 * @param {string} usage
 * @param {import('node:util').ParseArgsConfig} config
 */
export function readArguments(usage, config) {
  try {
    return parseArgs(config)
  } catch (error) {
    console.error(`${error.message}\nUsage: ${usage}`)
    process.exit(2)
  }
}
